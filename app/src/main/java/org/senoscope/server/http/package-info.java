/**
 * The ways of HTTP that every endpoint shares: who may ask ({@link
 * org.senoscope.server.http.Access}), what a refusal looks like ({@link
 * org.senoscope.server.http.Problem}), how a body is read within limits ({@link
 * org.senoscope.server.http.UploadReader}, {@link org.senoscope.server.http.BoundedBody}, {@link
 * org.senoscope.server.http.MemoryBudget}), and what is counted ({@link
 * org.senoscope.server.http.Metrics}).
 *
 * <p>Knows nothing of models. May use the open packages, Javalin and Jetty; only {@code server} and
 * its packages may use it.
 */
@NullMarked
package org.senoscope.server.http;

import org.jspecify.annotations.NullMarked;
