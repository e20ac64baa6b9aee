/**
 * Whether an image is one that a model may answer at all: of a quality that can be read, and of the
 * kind that the model has learned from.
 *
 * <p>Main types: {@link org.senoscope.refusal.Reference} (what a network's training images look
 * like to it, and how far another image lies from them), {@link org.senoscope.refusal.Limits} (how
 * far is too far), {@link org.senoscope.refusal.Refusal} (why an image is not answered). Knows no
 * data set, no bundle and no network: images, features and statistics. Uses {@code image}, {@code
 * safetensors} and the open packages.
 */
@NullMarked
package org.senoscope.refusal;

import org.jspecify.annotations.NullMarked;
