package org.senoscope.server.models;

/** Gives the models, waiting while they are being loaded. */
@FunctionalInterface
public interface Models {
  /**
   * The models, loaded and warmed up.
   *
   * @throws org.senoscope.server.http.ProblemException when they are not there in time
   */
  ModelShelf get();
}
