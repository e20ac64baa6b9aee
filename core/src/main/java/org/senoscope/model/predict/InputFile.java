package org.senoscope.model.predict;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One file to be answered.
 *
 * @param path where it lies; its text is the name that the answer shows
 * @param output a relative path, unlike any other file's, for what is made of it
 * @param fault why it cannot be read, where that is known already
 */
public record InputFile(Path path, Path output, Optional<String> fault) {}
