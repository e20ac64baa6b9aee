/**
 * Files that are whole or absent: atomic writing of files and folders, and the one way JSON and
 * YAML are read and written here.
 *
 * <p>Main types: {@link org.senoscope.files.AtomicFiles}, {@link org.senoscope.files.Json}. Open to
 * every package; uses {@code work}, the JDK and Jackson.
 */
@NullMarked
package org.senoscope.files;

import org.jspecify.annotations.NullMarked;
