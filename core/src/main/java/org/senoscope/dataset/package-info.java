/**
 * Folders of images as data sets: importers, the manifest (one row per image), and the audit.
 *
 * <p>Main types: {@link org.senoscope.dataset.Dataset}, {@link org.senoscope.dataset.ManifestRow}.
 * May use {@code image} and the open packages.
 */
@NullMarked
package org.senoscope.dataset;

import org.jspecify.annotations.NullMarked;
