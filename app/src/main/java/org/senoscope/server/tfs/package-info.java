/**
 * TensorFlow Serving's REST API for every bundle: its addresses, bodies, answers and errors as its
 * own clients expect them. Main type: {@link org.senoscope.server.tfs.TfsApi}; bodies are read as a
 * stream by {@link org.senoscope.server.tfs.RequestReader}, one image in memory at a time.
 *
 * <p>Source: the REST API's documentation and behaviour of TensorFlow Serving 2.19 and before
 * ({@code g3doc/api_rest.md}). May use {@code model}, {@code image}, the open packages, {@code
 * server.http} and {@code server.models}; only {@code server} may use it.
 */
@NullMarked
package org.senoscope.server.tfs;

import org.jspecify.annotations.NullMarked;
