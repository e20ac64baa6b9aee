/**
 * The vocabulary of preprocessing: the steps that prepare an image for a network, each a small
 * named transform with its parameters, and where each pixel of the result lies in the image as
 * read. {@code docs/preprocessing.md} shows every one.
 *
 * <p>Main types: {@link org.senoscope.image.steps.Preprocessing}, {@link
 * org.senoscope.image.steps.Step}. May use {@code image} and its {@code film} (and the open
 * packages {@code study}, {@code work}, {@code files}).
 */
@NullMarked
package org.senoscope.image.steps;

import org.jspecify.annotations.NullMarked;
