package org.senoscope.server;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.senoscope.files.Json;
import org.senoscope.model.Variant;
import org.senoscope.server.http.Access;
import org.senoscope.server.http.Answers;
import org.senoscope.server.http.MemoryBudget;
import org.senoscope.server.http.PageFiles;
import org.senoscope.server.http.Problem;
import org.senoscope.server.http.Token;
import org.senoscope.server.http.UploadReader;
import org.senoscope.server.models.InferenceQueue;
import org.senoscope.server.models.ModelShelf;
import org.senoscope.server.models.ServedModel;
import org.senoscope.server.tfs.TfsApi;
import org.senoscope.work.InputException;

/**
 * A running server. Models are loaded beside the start of HTTP; a request that comes before they
 * are there waits. Close it to end it: what it has taken in it answers first.
 */
public final class SenoscopeServer implements AutoCloseable {
  private static final int LINE = 256;
  private static final int BACKLOG = 512;
  private static final long IDLE_MILLIS = 30_000;
  private static final long LOADING_SECONDS = 60;
  private static final long FAREWELL_MILLIS = 5_000;

  /** Connections that are kept open for a next request must not hold up the end. */
  private static final long FAREWELL_IDLE_MILLIS = 200;

  private static final int NO_PORT = -1;

  /** What TensorFlow Serving is asked by: the others are refused with its own words. */
  private static final List<HandlerType> METHODS =
      List.of(
          HandlerType.GET,
          HandlerType.POST,
          HandlerType.PUT,
          HandlerType.PATCH,
          HandlerType.DELETE);

  /**
   * Held, since the JDK forgets a logger's level with the logger. Javalin logs what it throws, and
   * what handlers throw reaches {@link Answers} first: so it has nothing to say of its own.
   */
  @SuppressWarnings("UnusedVariable")
  private final List<Logger> quieted =
      List.of(quiet("org.eclipse.jetty", Level.WARNING), quiet("io.javalin", Level.OFF));

  private final Access access;
  private final InferenceQueue queue;
  private final ServerMetrics metrics;
  private final SampleShelf samples;
  private final RunApi runs;
  private final CompletableFuture<ModelShelf> models = new CompletableFuture<>();
  private final PageFiles page = new PageFiles();
  private final List<String> routeTable = new ArrayList<>();
  private final Javalin javalin;
  private final URI address;
  private final Optional<URI> tfsAddress;
  private final List<ServerConnector> connectors = new ArrayList<>();
  private volatile int tfsPort;
  private volatile boolean stopping;

  private Access access(InetAddress host, ServerSettings settings) throws IOException {
    if (host.isLoopbackAddress()) {
      return Access.loopback(page);
    }
    return Access.withToken(
        settings.tokenFile().isPresent() ? Token.in(settings.tokenFile().get()) : Token.random(),
        page);
  }

  private SenoscopeServer(ServerSettings settings) throws IOException {
    InetAddress host = addressOf(settings.host());
    int processors = Runtime.getRuntime().availableProcessors();
    Thread.ofPlatform().name("models").daemon().start(() -> load(settings, processors));
    access = access(host, settings);
    samples = SampleShelf.open(settings.samples());
    runs = RunApi.open(settings.runs());
    queue = new InferenceQueue(Math.max(2, processors), LINE);
    metrics = new ServerMetrics(queue);
    javalin = Javalin.create(config -> configure(config, settings));
    try {
      javalin.start();
    } catch (JavalinBindException e) {
      queue.close();
      throw new InputException(
          settings.tfsPort().isPresent()
              ? "Port %d or %d of %s cannot be had (in use, or not allowed): choose others with --port and --tfs-port, or 0 for any free one"
                  .formatted(settings.port(), settings.tfsPort().getAsInt(), settings.host())
              : "Port %d of %s cannot be had (in use, or not allowed): choose another with --port, or --port 0 for any free one"
                  .formatted(settings.port(), settings.host()),
          e);
    } catch (JavalinException e) {
      queue.close();
      throw new InputException(
          "Cannot listen on %s: %s".formatted(settings.host(), e.getMessage()), e);
    }
    address = address(settings.host(), connectors.getFirst().getLocalPort());
    tfsPort = settings.tfsPort().isPresent() ? connectors.getLast().getLocalPort() : NO_PORT;
    tfsAddress =
        tfsPort == NO_PORT ? Optional.empty() : Optional.of(address(settings.host(), tfsPort));
  }

  private static URI address(String host, int port) {
    return URI.create(
        "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, port));
  }

  /**
   * Starts a server and loads its models.
   *
   * @throws InputException when the address cannot be had, or a model cannot be used
   */
  public static SenoscopeServer start(ServerSettings settings) throws IOException {
    SenoscopeServer server = new SenoscopeServer(settings);
    try {
      var _ = server.models.join();
      return server;
    } catch (CompletionException e) {
      server.close();
      switch (e.getCause()) {
        case null -> throw e;
        case IOException fault -> throw fault;
        case RuntimeException fault -> throw fault;
        default -> throw e;
      }
    }
  }

  /** Where it listens, such as {@code http://127.0.0.1:8080/}. */
  public URI address() {
    return address;
  }

  /** Where TensorFlow Serving's API is alone, where the settings asked for that. */
  public Optional<URI> tfsAddress() {
    return tfsAddress;
  }

  /** What callers must send; empty on a loopback address. */
  public Optional<String> token() {
    return access.token();
  }

  /** The names of the models, sorted. */
  public List<String> models() {
    return models.join().all().stream().map(ServedModel::name).toList();
  }

  /** The names of those that answer by a network in such numbers, sorted. */
  public List<String> modelsIn(Variant variant) {
    return models.join().all().stream()
        .filter(model -> model.predictor().variant() == variant)
        .map(ServedModel::name)
        .toList();
  }

  /** Every route as {@code METHOD /path/{parameter}}. */
  List<String> routes() {
    return List.copyOf(routeTable);
  }

  @Override
  public void close() {
    stopping = true;
    queue.close();
    javalin.stop();
    if (models.isDone() && !models.isCompletedExceptionally()) {
      models.join().close();
    }
  }

  private void load(ServerSettings settings, int processors) {
    try {
      models.complete(ModelShelf.open(settings.models(), processors, settings.variant()));
    } catch (IOException | RuntimeException | Error e) {
      models.completeExceptionally(e);
    }
  }

  private void configure(JavalinConfig config, ServerSettings settings) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
    config.jetty.modifyServer(
        server -> {
          // Else a request whose body is being read hears nothing, or an error of Jetty's own.
          server.setHandler(new GracefulHandler());
          server.setStopTimeout(FAREWELL_MILLIS);
        });
    addConnector(config, settings.host(), settings.port());
    settings.tfsPort().ifPresent(port -> addConnector(config, settings.host(), port));
    config.requestLogger.http((context, milliseconds) -> metrics.answered(context, milliseconds));
    addRoutes(config.routes);
  }

  private void addConnector(JavalinConfig config, String host, int port) {
    config.jetty.addConnector(
        (server, http) -> {
          http.setSendServerVersion(false);
          ServerConnector connector =
              new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
          connector.setHost(host);
          connector.setPort(port);
          connector.setAcceptQueueSize(BACKLOG);
          connector.setIdleTimeout(IDLE_MILLIS);
          connector.setShutdownIdleTimeout(FAREWELL_IDLE_MILLIS);
          connectors.add(connector);
          return connector;
        });
  }

  /** Whether a request speaks a protocol whose errors are {@code {"error": "…"}}. */
  private boolean isForeign(Context context) {
    return isTfs(context) || context.req().getLocalPort() == tfsPort;
  }

  private static boolean isTfs(Context context) {
    return context.path().startsWith(TfsApi.ROOT) || context.path().equals(TfsApi.METRICS);
  }

  private void addRoutes(RoutesConfig routes) {
    routes.before(
        context -> {
          Answers.secure(context);
          access.check(context);
          if (context.req().getLocalPort() == tfsPort && !isTfs(context)) {
            throw Problem.NOT_FOUND.because("Only TensorFlow Serving's API is on this port");
          }
        });
    Answers.mapExceptions(routes, this::isForeign);
    var memory = new MemoryBudget(PredictionApi.LIMITS.bytes());
    var predictions =
        new PredictionApi(
            this::loaded,
            new UploadReader(Math.toIntExact(PredictionApi.LIMITS.bytes()), memory),
            queue,
            new RecentPredictions(RecentPredictions.MOST, RecentPredictions.IMAGE_BYTES),
            metrics,
            new SecureRandom());
    var catalogue = new ModelApi(this::loaded);
    for (String file : PageFiles.PAGE) {
      String path = file.equals("index.html") ? "/" : "/" + file;
      add(routes, HandlerType.GET, path, context -> page.serve(context, file));
    }
    add(routes, HandlerType.POST, "/api/v1/predictions", predictions::create);
    add(routes, HandlerType.GET, "/api/v1/predictions", predictions::list);
    add(routes, HandlerType.GET, "/api/v1/predictions/{id}", predictions::show);
    add(routes, HandlerType.GET, "/api/v1/predictions/{id}/image", predictions::image);
    add(routes, HandlerType.GET, "/api/v1/predictions/{id}/heatmap", predictions::heatmap);
    add(routes, HandlerType.POST, "/api/v1/pictures", predictions::picture);
    add(routes, HandlerType.GET, "/api/v1/models", catalogue::list);
    add(routes, HandlerType.GET, "/api/v1/models/{name}", catalogue::show);
    add(routes, HandlerType.GET, "/api/v1/samples", samples::list);
    add(routes, HandlerType.GET, "/api/v1/samples/{label}/{name}", samples::show);
    add(routes, HandlerType.GET, "/api/v1/runs", runs::list);
    add(routes, HandlerType.GET, "/api/v1/runs/{name}", runs::show);
    add(routes, HandlerType.GET, "/health/live", this::live);
    add(routes, HandlerType.GET, "/health/ready", this::ready);
    add(routes, HandlerType.GET, "/metrics", metrics::show);
    add(routes, HandlerType.GET, "/openapi.yaml", ctx -> page.serve(ctx, "openapi.yaml"));
    addTfs(
        routes, new TfsApi(this::loaded, queue, memory, PredictionApi.LIMITS, metrics::predicted));
  }

  /** One handler for all of TensorFlow Serving's addresses, since it refuses them itself. */
  private void addTfs(RoutesConfig routes, TfsApi tfs) {
    routeTable.addAll(TfsApi.routes());
    for (HandlerType method : METHODS) {
      routes.addHttpHandler(
          method,
          TfsApi.ROOT + "*",
          context -> {
            context.attribute(ServerMetrics.ROUTE, TfsApi.routeOf(method.name(), context.path()));
            tfs.handle(context);
          });
    }
    add(
        routes,
        HandlerType.GET,
        TfsApi.METRICS,
        context -> tfs.showMetrics(context, metrics::text));
  }

  private void add(RoutesConfig routes, HandlerType method, String path, Handler handler) {
    routeTable.add(method.name() + " " + path);
    routes.addHttpHandler(
        method,
        path,
        context -> {
          context.attribute(ServerMetrics.ROUTE, path);
          handler.handle(context);
        });
  }

  /** The models, once they are there. */
  private ModelShelf loaded() {
    try {
      return models.get(LOADING_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw Problem.NOT_READY.because("The models are not loaded yet");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.NOT_READY.because("The server is stopping");
    }
  }

  private void live(Context context) {
    Answers.json(context, 200, Json.object("health").put("live", true));
  }

  private void ready(Context context) {
    if (stopping || !models.isDone() || models.isCompletedExceptionally()) {
      throw Problem.NOT_READY.because(
          stopping ? "The server is stopping" : "The models are not loaded yet");
    }
    Answers.json(context, 200, Json.object("health").put("ready", true));
  }

  private static InetAddress addressOf(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new InputException(
          "Host \"%s\" is not known: give an address of this machine, such as %s"
              .formatted(host, ServerSettings.LOOPBACK),
          e);
    }
  }

  private static Logger quiet(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    return logger;
  }
}
