package org.senoscope.foreign;

import java.util.Optional;
import org.senoscope.model.TensorLayout;

/**
 * What a person says of a network where its file does not.
 *
 * @param size what it takes
 * @param layout in which order
 * @param activation what it answers
 * @param output which of several outputs
 * @param scale the values it was trained on; to be held against what the network itself does first
 */
public record ReadOptions(
    Optional<InputSize> size,
    Optional<TensorLayout> layout,
    Optional<Activation> activation,
    Optional<String> output,
    Scale scale) {}
