/**
 * A bundle's network in 8 bits: which images its ranges may be counted on, the counting, and what
 * the change costs in answers and gains in speed.
 *
 * <p>Main type: {@link org.senoscope.quantise.ExportInt8}. Uses {@code onnx} (which writes the
 * network), {@code model} (which runs it), {@code dataset}, {@code split}, {@code image}, {@code
 * evaluate} and {@code refusal}.
 */
@NullMarked
package org.senoscope.quantise;

import org.jspecify.annotations.NullMarked;
