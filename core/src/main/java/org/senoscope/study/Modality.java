package org.senoscope.study;

/** How an image was made; the names are DICOM's (0008,0060). */
public enum Modality {
  /** Mammography. */
  MG,
  /** Ultrasound. */
  US
}
