/**
 * What pages are made of: escaped markup, axes, tables, small pictures as data URIs, the names of
 * metrics. Knows no section of any report.
 */
@NullMarked
package org.senoscope.report.page;

import org.jspecify.annotations.NullMarked;
