package org.senoscope.dataset.importer;

/**
 * A file of the source that is not in the data set, or not as the source means it.
 *
 * @param file its path within the source
 * @param reason a phrase, without the file's name
 */
public record Rejection(String file, String reason) {}
