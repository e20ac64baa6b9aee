package org.senoscope.refusal;

import java.util.Optional;

/**
 * What is known of an image apart from the network's answer. Empty is what is not known: the
 * picture where a caller sent a tensor, the others where the network does not give them.
 *
 * @param picture what counting tells of the image as read
 * @param textures the mean of each channel of maps in the middle of the network; finite
 * @param contents the values before the head; finite
 */
public record Features(
    Optional<PictureFacts> picture, Optional<float[]> textures, Optional<float[]> contents) {}
