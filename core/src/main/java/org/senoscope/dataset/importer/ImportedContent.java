package org.senoscope.dataset.importer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was written into a data set's folder.
 *
 * @param images rows of the manifest
 * @param patients different patients
 * @param labels count by label by task
 * @param rejected in the source's order
 * @param manifestSha256 of {@code manifest.csv}
 */
record ImportedContent(
    long images,
    int patients,
    Map<String, TreeMap<String, Long>> labels,
    List<Rejection> rejected,
    String manifestSha256) {}
