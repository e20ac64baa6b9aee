package org.senoscope.onnx.quantise;

import java.util.Arrays;

/**
 * A layer's weights in 8 bits with sign, each channel of its output with a scale of its own: {@code
 * weight = scale × stored}, stored -127 to 127, so that 0 is 0; and its bias in 32 bits, in steps
 * of input's scale × weights' scale, as integer sums are.
 *
 * @param stored as many as there are weights
 * @param scales one for each channel, above 0
 * @param bias one for each channel
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to the writer alone, and never compared
public record ChannelWeights(byte[] stored, float[] scales, int[] bias) {
  private static final int MOST = 127;

  /** A bias beyond would leave no room for the sum. */
  private static final double MOST_BIAS = 1 << 30;

  /** Below, 1 / scale is no longer a number. */
  private static final double LEAST_SCALE = Float.MIN_NORMAL;

  /**
   * Of float weights.
   *
   * @param weights of any shape whose axis {@code axis} is the channel
   * @param channels its length
   * @param inner how many weights lie between two neighbours along that axis
   * @param bias one for each channel
   * @param input the scale of what the weights are multiplied with
   */
  static ChannelWeights of(float[] weights, int channels, int inner, float[] bias, float input) {
    double[] most = new double[channels];
    for (int i = 0; i < weights.length; i++) {
      int channel = i / inner % channels;
      most[channel] = Math.max(most[channel], Math.abs(weights[i]));
    }
    float[] scales = new float[channels];
    int[] biases = new int[channels];
    for (int channel = 0; channel < channels; channel++) {
      // A channel of next to nothing but bias, as batch norm leaves behind, takes coarser steps.
      double least = Math.abs(bias[channel]) / (input * MOST_BIAS);
      double scale = Math.max(most[channel] / MOST, Math.max(least, LEAST_SCALE));
      scales[channel] = (float) scale;
      biases[channel] = (int) Math.rint(bias[channel] / ((double) input * scales[channel]));
    }
    byte[] stored = new byte[weights.length];
    for (int i = 0; i < weights.length; i++) {
      stored[i] = quantise(weights[i], scales[i / inner % channels]);
    }
    return new ChannelWeights(stored, scales, biases);
  }

  /** One scale for all channels: what a test holds the other against. */
  static ChannelWeights ofWhole(float[] weights, float[] bias, float input) {
    ChannelWeights whole = of(weights, 1, weights.length, new float[1], input);
    float[] scales = new float[bias.length];
    Arrays.fill(scales, whole.scales[0]);
    int[] biases = new int[bias.length];
    for (int i = 0; i < bias.length; i++) {
      biases[i] = (int) Math.rint(bias[i] / ((double) input * scales[i]));
    }
    return new ChannelWeights(whole.stored, scales, biases);
  }

  private static byte quantise(float weight, float scale) {
    return (byte) Math.clamp(Math.rint(weight / scale), -MOST, MOST);
  }
}
