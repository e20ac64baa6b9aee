/**
 * The layouts of published sets, one importer each; {@link
 * org.senoscope.dataset.importer.formats.Importers} makes one by its name.
 *
 * <p>May use what {@code dataset.importer} may.
 */
@NullMarked
package org.senoscope.dataset.importer.formats;

import org.jspecify.annotations.NullMarked;
