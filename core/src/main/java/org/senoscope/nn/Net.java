package org.senoscope.nn;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network with weights, on libtorch.
 *
 * <p>All trained tensors of one kind (backbone or head, decayed or not) lie side by side in one
 * flat tensor, and their gradients in another: the optimiser, the moving average and the checkpoint
 * then work on four long vectors in place of hundreds of small ones. Running statistics, and
 * weights that are frozen, lie in a flat tensor of their own. Not safe for use by several threads.
 */
public final class Net implements AutoCloseable {
  /** What is trained alike. */
  public enum Group {
    /** Weights of trunk and neck: decayed. */
    BODY_DECAYED,
    /** Biases and batch norm of trunk and neck: not decayed. */
    BODY_PLAIN,
    /** Weights of the heads: decayed, with a learning rate of their own. */
    HEAD_DECAYED,
    /** Biases of the heads: not decayed, with the heads' learning rate. */
    HEAD_PLAIN
  }

  /**
   * What a forward pass gives.
   *
   * @param logits by task, each (n, labels), float32
   * @param features (n, d), float32
   * @param mask logits of the mask head (n, 1, rows, columns), float32; empty where there is none
   */
  public record Answer(List<Tensor> logits, Tensor features, Optional<Tensor> mask) {}

  private final Network network;
  private final List<ParameterSpec> specs;
  private final Set<String> still;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<Group, Tensor> values = new LinkedHashMap<>();
  private final Map<Group, Tensor> gradients = new LinkedHashMap<>();
  private final Tensor statistics;
  private final Clamp clamp;
  private final PointerScope scope;

  /**
   * Makes the tensors and fills them with their starting values.
   *
   * @param seed of the starting values
   */
  public Net(Network network, long seed) {
    this.network = network;
    this.specs = network.tensors();
    this.still = still(network, specs);
    // The scope owns every handle of this net until it is closed; it is detached from the thread
    // at once, so that the caller's own scopes do not take part.
    this.scope = new PointerScope();
    try {
      clamp = new Clamp();
      for (Group group : Group.values()) {
        values.put(group, Torch.zeros(length(group)));
        gradients.put(group, Torch.zeros(length(group)));
      }
      statistics = Torch.zeros(statisticLength());
      Torch.seed(seed);
      place();
    } finally {
      scope.extend();
      scope.close();
    }
  }

  /** The tensors that no gradient changes: running statistics, and what is frozen. */
  private static Set<String> still(Network network, List<ParameterSpec> specs) {
    Set<String> still = new HashSet<>();
    network.frozenTrunk().declare(spec -> still.add(spec.name()));
    specs.stream()
        .filter(spec -> spec.role() == ParameterSpec.Role.STATISTIC)
        .forEach(spec -> still.add(spec.name()));
    return still;
  }

  private void place() {
    Map<Group, Long> offsets = new LinkedHashMap<>();
    long statisticOffset = 0;
    try (var _ = new NoGradGuard()) {
      for (ParameterSpec spec : specs) {
        Tensor tensor;
        if (still.contains(spec.name())) {
          tensor = statistics.narrow(0, statisticOffset, spec.size()).view(spec.shape());
          statisticOffset += spec.size();
          start(tensor, spec.start());
        } else {
          Group group = groupOf(spec);
          long offset = offsets.getOrDefault(group, 0L);
          offsets.put(group, offset + spec.size());
          Tensor value =
              java.util.Objects.requireNonNull(values.get(group))
                  .narrow(0, offset, spec.size())
                  .view(spec.shape());
          start(value, spec.start());
          tensor = value.detach();
          tensor.set_requires_grad(true);
          Tensor gradient =
              java.util.Objects.requireNonNull(gradients.get(group))
                  .narrow(0, offset, spec.size())
                  .view(spec.shape());
          tensor.mutable_grad().put(gradient);
        }
        tensors.put(spec.name(), tensor);
      }
    }
  }

  private static void start(Tensor tensor, ParameterSpec.Start start) {
    var generator = new org.bytedeco.pytorch.GeneratorOptional();
    switch (start) {
      case ParameterSpec.Start.Constant constant -> tensor.fill_(Torch.scalar(constant.value()));
      case ParameterSpec.Start.Normal normal -> tensor.normal_(0, normal.deviation(), generator);
      case ParameterSpec.Start.Uniform uniform ->
          tensor.uniform_(-uniform.bound(), uniform.bound(), generator);
    }
  }

  private Group groupOf(ParameterSpec spec) {
    boolean decayed = spec.role() == ParameterSpec.Role.WEIGHT;
    if (network.inHead(spec.name())) {
      return decayed ? Group.HEAD_DECAYED : Group.HEAD_PLAIN;
    }
    return decayed ? Group.BODY_DECAYED : Group.BODY_PLAIN;
  }

  private long length(Group group) {
    return specs.stream()
        .filter(spec -> !still.contains(spec.name()) && groupOf(spec) == group)
        .mapToLong(ParameterSpec::size)
        .sum();
  }

  private long statisticLength() {
    return specs.stream()
        .filter(spec -> still.contains(spec.name()))
        .mapToLong(ParameterSpec::size)
        .sum();
  }

  /** What the network is. */
  public Network network() {
    return network;
  }

  /** How many numbers are trained. */
  public long trainedSize() {
    return values.values().stream().mapToLong(Tensor::numel).sum();
  }

  /** Every tensor's name and shape, in the order of the layers. */
  public List<ParameterSpec> specs() {
    return specs;
  }

  /** A tensor by name; belongs to this net. */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("The network has no tensor " + name);
    }
    return tensor;
  }

  /** All values of a group side by side; belongs to this net. */
  public Tensor values(Group group) {
    return java.util.Objects.requireNonNull(values.get(group));
  }

  /** All gradients of a group side by side; belongs to this net. */
  public Tensor gradients(Group group) {
    return java.util.Objects.requireNonNull(gradients.get(group));
  }

  /** All running statistics, and frozen weights, side by side; belongs to this net. */
  public Tensor statistics() {
    return statistics;
  }

  /** Sets every gradient to zero. */
  public void zeroGradients() {
    gradients.values().forEach(Tensor::zero_);
  }

  /**
   * Computes the answer for a batch.
   *
   * @param images (n, channels, height, width), float32
   * @param training whether gradients will be asked for
   */
  public Answer forward(Tensor images, boolean training, Precision precision) {
    Pass.Mode mode = training ? Pass.Mode.TRAINING : Pass.Mode.EVALUATION;
    clamp.begin();
    // An eleventh net at once has none, and does with libtorch's.
    boolean own = training && !clamp.isNull();
    return forward(
        new Pass(tensors, mode, 0, precision, new ArrayList<>(), own ? clamp : null), images);
  }

  /**
   * Counts a batch into batch norm's running statistics, which become the mean over all batches so
   * counted.
   *
   * @param images (n, channels, height, width), float32
   * @param before how many batches were counted before; 0 starts anew
   */
  public void countStatistics(Tensor images, int before, Precision precision) {
    forward(new Pass(tensors, Pass.Mode.STATISTICS, 1.0 / (before + 1), precision), images);
  }

  private Answer forward(Pass pass, Tensor images) {
    Tensor maps = network.learningTrunk().forward(pass, frozen(pass, images));
    Optional<Tensor> mask =
        network
            .mask()
            .map(
                head -> {
                  List<Tensor> levels = new ArrayList<>(pass.laterals());
                  levels.add(maps);
                  return head.forward(pass, levels.reversed());
                });
    Tensor weighed =
        network.guided()
            ? Torch.as(maps, ScalarType.Float)
                .mul(network.mask().orElseThrow().weights(mask.orElseThrow()))
            : maps;
    Tensor features = network.neck().forward(pass, weighed);
    List<Tensor> logits = new ArrayList<>();
    for (Network.Head head : network.heads()) {
      logits.add(head.layer().forward(pass, features));
    }
    return new Answer(logits, features, mask);
  }

  /** The frozen part's answer; what it computes on the way is let go of at once. */
  private Tensor frozen(Pass pass, Tensor images) {
    if (network.frozen() == 0) {
      return images;
    }
    PointerScope kept = PointerScope.getInnerScope();
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      Tensor maps = network.frozenTrunk().forward(pass.ofFrozen(), images);
      if (kept != null) {
        kept.attach(maps);
        pass.laterals().forEach(kept::attach);
      } else {
        maps.retainReference();
        pass.laterals().forEach(Tensor::retainReference);
      }
      return maps;
    }
  }

  @Override
  public void close() {
    clamp.begin();
    scope.deallocate();
  }
}
