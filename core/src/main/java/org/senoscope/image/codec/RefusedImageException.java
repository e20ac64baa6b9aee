package org.senoscope.image.codec;

import javax.imageio.IIOException;

/** Bytes that are no image we read; the message is a phrase for the person who has the file. */
final class RefusedImageException extends IIOException {
  private static final long serialVersionUID = 1;

  RefusedImageException(String reason) {
    super(reason);
  }

  RefusedImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
