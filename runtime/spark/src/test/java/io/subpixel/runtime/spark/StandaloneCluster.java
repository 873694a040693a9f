package io.subpixel.runtime.spark;

import io.subpixel.runtime.spark.cli.SparkCommand;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A standalone cluster on this machine: a master and workers as processes of Spark's own jars, on
 * loopback. Each worker has one core.
 */
final class StandaloneCluster {
  private static final Path TARGET = Path.of("target");
  private static final String LOOPBACK = "127.0.0.1";

  /** For processes that live some seconds, code that is compiled fast is better than fast code. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** What the event log says of a task that left blocks for others. */
  private static final Pattern SHUFFLED =
      Pattern.compile("\"Executor ID\":\"(\\d+)\".*\"Shuffle Bytes Written\":[1-9]");

  private final Path folder;
  private final Path home;
  private final int port;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();
  private int addresses = 1;
  private int started;

  /** Starts a cluster with its files in a folder. */
  StandaloneCluster(Path folder, int workers) throws Exception {
    this.folder = folder;
    home = home(folder.resolve("spark"));
    port = freePort();
    master =
        start(
            "master",
            List.of(
                "-Xmx256m",
                "-Dspark.master.rest.enabled=false",
                "org.apache.spark.deploy.master.Master"),
            List.of("--host", LOOPBACK, "--port", port + "", "--webui-port", freePort() + ""));
    for (int i = 0; i < workers; i++) {
      addWorker();
    }
  }

  /** Makes what a distribution of Spark is: a folder with its jars. */
  private static Path home(Path home) throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    Files.createDirectories(home.resolve("conf"));
    for (String jar : entries("launcher.provided")) {
      Path name = Path.of(jar).getFileName();
      Files.createSymbolicLink(jars.resolve(name), Path.of(jar));
    }
    return home;
  }

  private static List<String> entries(String file) throws IOException {
    return List.of(Files.readString(TARGET.resolve(file)).strip().split(File.pathSeparator));
  }

  /** Returns Subpixel and what it needs, without Spark. */
  private static String application() throws IOException {
    List<String> entries = new ArrayList<>();
    entries.add(TARGET.resolve("classes").toAbsolutePath().toString());
    entries.addAll(entries("launcher.classpath"));
    return String.join(File.pathSeparator, entries);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Adds a worker of one core. Each has an address of its own, as Spark starts no second attempt on
   * the host of the first one; Linux has all of 127/8.
   */
  void addWorker() throws IOException {
    addresses++;
    workers.add(
        start(
            "worker",
            List.of("-Xmx256m", "org.apache.spark.deploy.worker.Worker"),
            List.of(
                "--host",
                "127.0.0." + addresses,
                "--cores",
                "1",
                "--memory",
                "1g",
                "--webui-port",
                freePort() + "",
                "--work-dir",
                folder.resolve("work" + started).toString(),
                "spark://" + LOOPBACK + ":" + port)));
  }

  private Process start(String name, List<String> java, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("launcher.options").toAbsolutePath());
    command.addAll(SHORT_LIVED);
    command.add("-Dlog4j2.configurationFile=org/apache/spark/log4j2-defaults.properties");
    command.add("-cp");
    command.add(home.resolve("jars") + File.separator + "*" + File.pathSeparator + application());
    command.addAll(java);
    command.addAll(arguments);
    ProcessBuilder process = new ProcessBuilder(command);
    process
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                home.toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_CONF_DIR",
                home.resolve("conf").toString(),
                "SPARK_LOCAL_IP",
                LOOPBACK,
                "JAVA_HOME",
                System.getProperty("java.home"),
                "LC_ALL",
                "C.UTF-8"));
    String log = name + started++;
    return process
        .redirectOutput(folder.resolve(log + ".out").toFile())
        .redirectError(folder.resolve(log + ".err").toFile())
        .start();
  }

  /**
   * A command that spark-submit runs, with its driver in a process of its own.
   *
   * @param process the driver
   * @param log where its standard error goes
   */
  record Submitted(Process process, Path out, Path log) {
    int await() throws Exception {
      if (!process.waitFor(1500, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the job doesn't end: " + Files.readString(log));
      }
      return process.exitValue();
    }

    String said() throws IOException {
      return Files.readString(out) + Files.readString(log);
    }
  }

  /** Submits a command as spark-submit does. */
  Submitted submit(Map<String, String> conf, String... command) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--master", "spark://" + LOOPBACK + ":" + port));
    arguments.addAll(List.of("--class", SparkCommand.class.getName()));
    arguments.addAll(List.of("--driver-class-path", application()));
    Map<String, String> all = new java.util.TreeMap<>(conf);
    all.put("spark.executor.extraClassPath", application());
    all.put("spark.executor.extraJavaOptions", String.join(" ", SHORT_LIVED));
    all.put("spark.executor.memory", "512m");
    all.put("spark.executor.cores", "1");
    all.put("spark.ui.enabled", "false");
    all.put("spark.locality.wait", "0");
    all.put("spark.driver.host", LOOPBACK);
    all.put("spark.driver.bindAddress", LOOPBACK);
    all.put("spark.sql.shuffle.partitions", "2");
    all.forEach((name, value) -> arguments.addAll(List.of("--conf", name + "=" + value)));
    arguments.add("spark-internal");
    arguments.addAll(List.of(command));
    int number = started;
    Process process =
        start("driver", List.of("-Xmx512m", "org.apache.spark.deploy.SparkSubmit"), arguments);
    return new Submitted(
        process,
        folder.resolve("driver" + number + ".out"),
        folder.resolve("driver" + number + ".err"));
  }

  /** Returns the executor of a worker, once it has one. */
  ProcessHandle executor(int worker) throws InterruptedException {
    Process parent = workers.get(worker);
    while (parent.isAlive()) {
      Optional<ProcessHandle> executor = parent.children().findFirst();
      if (executor.isPresent()) {
        return executor.get();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("the worker has ended");
  }

  /**
   * Returns an executor that holds no blocks which tasks elsewhere wait for.
   *
   * @param events the log of the job so far
   */
  ProcessHandle executorWithoutShuffle(String events) throws Exception {
    String last = "";
    for (String event : events.lines().toList()) {
      Matcher shuffled = SHUFFLED.matcher(event);
      last = shuffled.find() ? shuffled.group(1) : last;
    }
    for (int i = 0; i < workers.size(); i++) {
      ProcessHandle executor = executor(i);
      // It runs in a folder of its number.
      Path folder = Path.of("/proc", executor.pid() + "", "cwd").toRealPath();
      if (!folder.endsWith(last)) {
        return executor;
      }
    }
    throw new AssertionError("all executors hold blocks");
  }

  /** Ends a worker as kill -9 does, and starts another one. */
  void replaceWorker(int worker) throws Exception {
    workers.remove(worker).destroyForcibly().waitFor();
    addWorker();
  }

  /** Waits until no executor is left. */
  void awaitIdle() throws InterruptedException {
    while (workers.stream().anyMatch(worker -> worker.children().findAny().isPresent())) {
      Thread.sleep(50);
    }
  }

  /** Ends all processes. */
  void stop() throws InterruptedException {
    for (Process worker : workers) {
      worker.children().forEach(ProcessHandle::destroyForcibly);
      worker.destroyForcibly().waitFor();
    }
    master.destroyForcibly().waitFor();
  }

  /** Returns what all executors said, to explain a failure. */
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path log : files.filter(file -> file.endsWith("stderr")).toList()) {
        all.append(log).append('\n').append(Files.readString(log));
      }
    }
    return all.toString();
  }
}
