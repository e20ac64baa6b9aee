/**
 * Import: from a published set of images, as its folder or file really is, to a data set's folder
 * that is complete or absent. An {@link org.senoscope.dataset.importer.Importer} knows one layout
 * and lists its images; {@link org.senoscope.dataset.importer.ImportDataset} reads, checks and
 * stores them, on all cores, in the order listed. The layouts are in {@code formats}.
 *
 * <p>May use {@code study}, {@code image}, {@code provenance}, {@code dataset} and the open
 * packages.
 */
@NullMarked
package org.senoscope.dataset.importer;

import org.jspecify.annotations.NullMarked;
