/**
 * What is seen on a mammogram as a whole: where the breast is, and where the pectoral muscle. Found
 * by brightness and shape alone, with whole numbers throughout, so that the mirror image of a film
 * gives the mirror image of the answer on every machine.
 *
 * <p>Main types: {@link org.senoscope.image.film.Breast}, {@link
 * org.senoscope.image.film.PectoralMuscle}. May use {@code image}.
 */
@NullMarked
package org.senoscope.image.film;

import org.jspecify.annotations.NullMarked;
