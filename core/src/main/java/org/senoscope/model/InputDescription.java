package org.senoscope.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;

/**
 * What a network takes: shape (channels, height, width), each channel the grey image as {@code
 * (brightness - mean) / std}. Training and inference both fill their tensors here, so that they
 * cannot differ. And what programs send that give a tensor in place of an image: in which order,
 * and on which scale.
 *
 * @param channels copies of the grey image, 1 to 16
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param mean of each channel, in brightness 0..1
 * @param std of each channel, above 0; 1/255 and a mean of 0 give raw values 0..255
 * @param layout the order of the values in a caller's tensor; the network's own is always channel
 *     by channel
 * @param values the scale of the values in a caller's tensor
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by value
public record InputDescription(
    int channels,
    int height,
    int width,
    float[] mean,
    float[] std,
    TensorLayout layout,
    TensorValues values) {
  private static final int MOST_CHANNELS = 16;
  private static final int LARGEST = 16_384;

  public InputDescription {
    mean = mean.clone();
    std = std.clone();
    if (channels < 1 || channels > MOST_CHANNELS) {
      throw new IllegalArgumentException(
          "input channels must be 1 to %d, was %d".formatted(MOST_CHANNELS, channels));
    }
    if (height < 1 || width < 1 || height > LARGEST || width > LARGEST) {
      throw new IllegalArgumentException(
          "input must have 1 to %d rows and columns, was %d × %d"
              .formatted(LARGEST, height, width));
    }
    if (mean.length != channels || std.length != channels) {
      throw new IllegalArgumentException(
          "input of %d channels needs as many mean and std, was %d and %d"
              .formatted(channels, mean.length, std.length));
    }
    for (int channel = 0; channel < channels; channel++) {
      if (!Float.isFinite(mean[channel]) || !(std[channel] > 0) || std[channel] > Float.MAX_VALUE) {
        throw new IllegalArgumentException(
            "input mean must be finite and std above 0, was %s and %s"
                .formatted(mean[channel], std[channel]));
      }
    }
  }

  /** For callers that send tensors channel by channel, 0 to 255. */
  public InputDescription(int channels, int height, int width, float[] mean, float[] std) {
    this(channels, height, width, mean, std, TensorLayout.NCHW, TensorValues.BYTES);
  }

  /** The same network, for callers that send other tensors. */
  public InputDescription withTensors(TensorLayout callersLayout, TensorValues callersValues) {
    return new InputDescription(channels, height, width, mean, std, callersLayout, callersValues);
  }

  /** Values of one image: channels × height × width. */
  public int size() {
    return Math.multiplyExact(channels, Math.multiplyExact(height, width));
  }

  /**
   * Writes one image at the buffer's position, channel by channel, and moves the position.
   *
   * @param prepared shape (height, width) of this description
   * @param target with room for {@link #size} values
   */
  public void write(GreyImage prepared, FloatBuffer target) {
    write(prepared, false, target);
  }

  /** The same, of the image's left-right mirror. */
  public void writeMirrored(GreyImage prepared, FloatBuffer target) {
    write(prepared, true, target);
  }

  /** The shape of one image in a caller's tensor, in the order of {@link #layout}. */
  public int[] tensorShape() {
    return switch (layout) {
      case NCHW -> new int[] {channels, height, width};
      case NHWC -> new int[] {height, width, channels};
    };
  }

  /**
   * How far apart neighbours along each side of {@link #tensorShape} lie in what {@link
   * #writeTensor} takes.
   */
  public int[] tensorStrides() {
    return switch (layout) {
      case NCHW -> new int[] {height * width, width, 1};
      case NHWC -> new int[] {width, 1, height * width};
    };
  }

  /**
   * Writes one image that a caller sent as a tensor at the buffer's position, and moves the
   * position.
   *
   * @param tensor {@link #size} values on the scale of {@link #values}, channel by channel whatever
   *     {@link #layout} they came in
   * @param mirrored whether to write the left-right mirror
   * @param target with room for {@link #size} values
   */
  void writeTensor(float[] tensor, boolean mirrored, FloatBuffer target) {
    if (tensor.length != size()) {
      throw new IllegalArgumentException(
          "A tensor of %d × %d × %d must have %d values, has %d"
              .formatted(channels, height, width, size(), tensor.length));
    }
    float[] row = new float[width];
    int plane = height * width;
    for (int channel = 0; channel < channels; channel++) {
      float shift = mean[channel];
      float scale = 1 / std[channel];
      for (int start = channel * plane; start < (channel + 1) * plane; start += width) {
        switch (values) {
          case NETWORK -> System.arraycopy(tensor, start, row, 0, width);
          case BYTES -> {
            for (int column = 0; column < width; column++) {
              row[column] = (tensor[start + column] / 255f - shift) * scale;
            }
          }
        }
        if (mirrored) {
          reverse(row);
        }
        target.put(row);
      }
    }
  }

  private void write(GreyImage prepared, boolean mirrored, FloatBuffer target) {
    if (prepared.height() != height || prepared.width() != width) {
      throw new IllegalArgumentException(
          "Prepared image must be %d × %d as the network's input, was %d × %d"
              .formatted(height, width, prepared.height(), prepared.width()));
    }
    float[] pixels = prepared.pixels();
    float[] row = new float[width];
    for (int channel = 0; channel < channels; channel++) {
      float shift = mean[channel];
      float scale = 1 / std[channel];
      for (int start = 0; start < pixels.length; start += width) {
        for (int column = 0; column < width; column++) {
          row[column] = (pixels[start + column] - shift) * scale;
        }
        if (mirrored) {
          reverse(row);
        }
        target.put(row);
      }
    }
  }

  private static void reverse(float[] row) {
    for (int left = 0, right = row.length - 1; left < right; left++, right--) {
      float kept = row[left];
      row[left] = row[right];
      row[right] = kept;
    }
  }

  /** As it stands in {@code model.json}. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("layout", layout.name()).put("values", values.text());
    json.put("channels", channels).put("height", height).put("width", width);
    json.set("mean", Json.tree(mean));
    json.set("std", Json.tree(std));
    return json;
  }

  @Override
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public float[] std() {
    return std.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputDescription that
        && channels == that.channels
        && height == that.height
        && width == that.width
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std)
        && layout == that.layout
        && values == that.values;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new int[] {channels, height, width, Arrays.hashCode(mean)});
  }

  @Override
  public String toString() {
    return "(%d, %d, %d), mean %s, std %s, tensors %s %s"
        .formatted(
            channels,
            height,
            width,
            Arrays.toString(mean),
            Arrays.toString(std),
            layout,
            values.text());
  }
}
