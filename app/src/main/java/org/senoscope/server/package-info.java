/**
 * The server: models behind HTTP for people (a page) and programs (the native API, health, metrics,
 * the protocols of other servers in packages of their own). The wiring is in {@link
 * org.senoscope.server.SenoscopeServer}, the only public way in, with its {@link
 * org.senoscope.server.ServerSettings}.
 *
 * <p>May use {@code model}, {@code explain}, {@code image}, what {@code train} tells of runs, the
 * open packages, Javalin and Jetty.
 */
@NullMarked
package org.senoscope.server;

import org.jspecify.annotations.NullMarked;
