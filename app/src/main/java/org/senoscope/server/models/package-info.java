/**
 * The models that are served and the line in which images wait for them: what every endpoint
 * shares, whatever its protocol. Main types: {@link org.senoscope.server.models.ModelShelf} and
 * {@link org.senoscope.server.models.InferenceQueue}.
 *
 * <p>May use {@code model}, the open packages and {@code server.http}; only {@code server} and the
 * packages of its protocols may use it.
 */
@NullMarked
package org.senoscope.server.models;

import org.jspecify.annotations.NullMarked;
