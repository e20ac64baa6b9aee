package org.senoscope.refusal;

import java.util.OptionalDouble;

/**
 * How far an image lies from a network's training images, as multiples of what is usual among those
 * images themselves: 1 is usual, and every network counts alike. Empty where one cannot be had.
 *
 * @param picture by what counting tells of the image as read
 * @param texture by the textures in the middle of the network
 * @param content by the values before the head
 */
public record Distances(OptionalDouble picture, OptionalDouble texture, OptionalDouble content) {}
