/**
 * The audit of a data set: exact and near duplicates, contradicting labels, inverted mammograms,
 * burnt-in text, patients across published parts. What it joins is written to {@code groups.csv},
 * what it found to {@code audit.json}.
 *
 * <p>Main type: {@link org.senoscope.dataset.audit.AuditDataset}. May use {@code study}, {@code
 * image}, {@code provenance}, {@code dataset} and the open packages.
 */
@NullMarked
package org.senoscope.dataset.audit;

import org.jspecify.annotations.NullMarked;
