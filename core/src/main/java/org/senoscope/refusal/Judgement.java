package org.senoscope.refusal;

import java.util.Optional;

/**
 * What a gate finds of an image.
 *
 * @param distances from the training images
 * @param refusal why the image must not be answered; empty where it may be
 */
public record Judgement(Distances distances, Optional<Refusal> refusal) {}
