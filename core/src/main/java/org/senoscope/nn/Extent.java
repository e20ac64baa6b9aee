package org.senoscope.nn;

/** How many rows, columns or channels leave a layer. */
final class Extent {
  private Extent() {}

  /** The rows (columns) of a layer's answer to so many; 0 where nothing is left. */
  static int after(Layer layer, int size) {
    return switch (layer) {
      case Layer.Conv conv ->
          slid(size, conv.before() + conv.after(), conv.kernel(), conv.stride());
      case Layer.MaxPool pool -> slid(size, 2 * pool.pad(), pool.kernel(), pool.stride());
      case Layer.Sequence sequence -> {
        int left = size;
        for (Layer each : sequence.layers()) {
          left = after(each, left);
        }
        yield left;
      }
      case Layer.Residual residual -> after(residual.body(), size);
      case Layer.BatchNorm _,
          Layer.Relu _,
          Layer.Relu6 _,
          Layer.Dropout _,
          Layer.Tap _,
          Layer.Lateral _,
          Layer.StageEnd _,
          Layer.GlobalAverage _,
          Layer.Flatten _,
          Layer.Linear _ ->
          size;
    };
  }

  /** The channels of a layer's answer to so many. */
  static int channelsAfter(Layer layer, int channels) {
    return switch (layer) {
      case Layer.Conv conv -> conv.out();
      case Layer.Linear linear -> linear.out();
      case Layer.Sequence sequence -> {
        int left = channels;
        for (Layer each : sequence.layers()) {
          left = channelsAfter(each, left);
        }
        yield left;
      }
      case Layer.Residual residual -> channelsAfter(residual.body(), channels);
      case Layer.MaxPool _,
          Layer.BatchNorm _,
          Layer.Relu _,
          Layer.Relu6 _,
          Layer.Dropout _,
          Layer.Tap _,
          Layer.Lateral _,
          Layer.StageEnd _,
          Layer.GlobalAverage _,
          Layer.Flatten _ ->
          channels;
    };
  }

  private static int slid(int size, int pad, int kernel, int stride) {
    int room = size + pad - kernel;
    return size < 1 || room < 0 ? 0 : room / stride + 1;
  }
}
