/**
 * What the five systems that Senoscope began with claimed, beside what is true: each is run again
 * as it was published, marked as a demonstration of leakage, and as it should be done.
 *
 * <p>Main types: {@link org.senoscope.claims.Claim} is a published figure with its protocol, {@link
 * org.senoscope.claims.ClaimsRun} runs both, {@link org.senoscope.claims.ClaimsDocument} writes
 * them down. May use {@code dataset}, {@code split}, {@code image}, {@code model}, {@code
 * evaluate}, {@code train} and the open packages.
 */
@NullMarked
package org.senoscope.claims;

import org.jspecify.annotations.NullMarked;
