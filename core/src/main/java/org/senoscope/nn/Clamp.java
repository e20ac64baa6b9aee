package org.senoscope.nn;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Clamps to 0..6 in place, and keeps nothing for the backward pass but the result, which the next
 * layer keeps anyway. libtorch's own clamp in place keeps a copy of what it overwrites: in
 * EfficientNet-Lite0 a third of all that a step keeps. Yet the result tells the same: the gradient
 * is 0 where it is 0 or 6.
 *
 * <p>The backward pass asks for the results in the reverse order of the clamps: of the nodes of
 * autograd's graph the last that was made is the next that runs, since whatever waits for it was
 * made later. One object serves all clamps of a net, since JavaCPP has but ten for C++ to call. For
 * one thread.
 */
final class Clamp extends TensorTensorHook {
  private final Deque<Tensor> results = new ArrayDeque<>();
  private @Nullable Tensor given;

  /** Forgets the results of a pass that nobody asked the gradients of, and the last gradient. */
  void begin() {
    results.forEach(Tensor::releaseReference);
    results.clear();
    forgetGiven();
  }

  private void forgetGiven() {
    if (given != null) {
      given.releaseReference(); // copied since by who asked
      given = null;
    }
  }

  /**
   * Overwrites values by their part within 0..6.
   *
   * @param x with a gradient; no layer before it may need it afterwards
   */
  Tensor within0And6(Tensor x) {
    try (var _ = new NoGradGuard()) {
      var _ = torch.hardtanh_(x, Torch.scalar(0), Torch.scalar(6));
    }
    Tensor result = x.detach();
    result.retainReference();
    results.push(result);
    x.register_hook(this);
    return x;
  }

  /** Called by autograd with the gradient of a result; gives that of what was overwritten. */
  @Override
  public TensorBase call(TensorBase gradient) {
    forgetGiven();
    try (var _ = new PointerScope()) {
      Tensor ofResult = new Tensor(gradient);
      Tensor result = results.pop();
      if (!result.is_same_size(ofResult)) {
        throw new IllegalStateException("Gradients come in another order than clamps were made");
      }
      Tensor masked = torch.hardtanh_backward(ofResult, result, Torch.scalar(0), Torch.scalar(6));
      result.releaseReference();
      masked.retainReference();
      given = masked;
      return masked;
    }
  }
}
