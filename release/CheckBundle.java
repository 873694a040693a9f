import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Checks a repository of release artifacts, a folder or a zip, against what Maven Central asks and
 * what users rely on: java release/CheckBundle.java BUNDLE [--signed]
 *
 * @see <a href="https://central.sonatype.org/publish/requirements/">Central's requirements</a>
 */
class CheckBundle {
  private static final Pattern PLATFORM =
      Pattern.compile("(linux|macosx|windows|android|ios)-(x86|x86_64|arm64|armhf|ppc64le)(-.*)?");
  private static final Map<String, String> CHECKSUMS = Map.of("md5", "MD5", "sha1", "SHA-1");

  /** Class files of Java 17. */
  private static final int NEWEST_CLASS = 61;

  private final Path root;
  private final boolean signed;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, String> modules = new HashMap<>();
  private final Map<String, String> packages = new HashMap<>();
  private final Set<String> jars = new TreeSet<>();
  private final Set<String> ours = new TreeSet<>();
  private final Map<String, Integer> kinds = new TreeMap<>();
  private Set<String> managed = Set.of();

  private CheckBundle(Path root, boolean signed) {
    this.root = root;
    this.signed = signed;
  }

  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 2 || (args.length == 2 && !args[1].equals("--signed"))) {
      System.err.println("CheckBundle: expected BUNDLE [--signed], received " + List.of(args));
      System.exit(2);
    }
    Path bundle = Path.of(args[0]);
    boolean signed = args.length == 2;
    boolean good;
    if (Files.isDirectory(bundle)) {
      good = new CheckBundle(bundle, signed).check();
    } else {
      try (FileSystem zip = FileSystems.newFileSystem(bundle)) {
        good = new CheckBundle(zip.getPath("/"), signed).check();
      }
    }
    System.exit(good ? 0 : 1);
  }

  private boolean check() throws Exception {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    List<Path> poms = files.stream().filter(file -> file.toString().endsWith(".pom")).toList();
    expect(!poms.isEmpty(), root.toString(), "artifacts", "none");
    for (Path pom : poms) {
      checkArtifact(pom);
    }
    for (Path file : files) {
      if (!isMetadata(file)) {
        checkCompanions(file);
      }
    }
    expect(jars.equals(managed), "subpixel-bom", "versions of " + jars, managed.toString());
    problems.forEach(System.out::println);
    System.out.println(
        poms.size() + " artifacts (" + kinds + "), " + files.size() + " files: "
            + (problems.isEmpty() ? "good" : problems.size() + " problems"));
    return problems.isEmpty();
  }

  /** Checksums, signatures, and what tells a repository's versions. */
  private static boolean isMetadata(Path file) {
    return file.toString().matches(".*\\.(md5|sha1|sha256|sha512|asc)|.*/maven-metadata[^/]*");
  }

  private void checkArtifact(Path pom) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    Document document;
    try (InputStream in = Files.newInputStream(pom)) {
      document = factory.newDocumentBuilder().parse(in);
    }
    Element project = document.getDocumentElement();
    String id = text(project, "artifactId");
    String version = text(project, "version");
    String packaging = text(project, "packaging").isEmpty() ? "jar" : text(project, "packaging");
    kinds.merge(packaging, 1, Integer::sum);
    ours.add(id);
    Path folder = pom.getParent();
    String place = "io/subpixel/" + id + "/" + version + "/" + id + "-" + version + ".pom";
    expect(pom.toString().endsWith(place), pom.toString(), "it at " + place, "another place");
    expect(!version.endsWith("-SNAPSHOT"), id, "a version that is released", version);
    for (String path : List.of("name", "description", "url", "scm/url", "scm/connection",
        "licenses/license/name", "licenses/license/url", "developers/developer/name")) {
      expect(!text(project, path).isBlank(), id + ": pom", path, "none");
    }
    expect(child(project, "parent") == null, id + ": pom", "no parent", "one");
    expect(child(project, "build") == null, id + ": pom", "no build", "one");
    expect(child(project, "properties") == null, id + ": pom", "no properties", "some");
    String whole = Files.readString(pom);
    // A BOM may name its own version so.
    String unresolved = whole.replace("${project.version}", "");
    expect(!unresolved.contains("${"), id + ": pom", "no property", around(unresolved, "${"));
    for (Element each : children(project, "dependencies")) {
      checkDependency(id, each, false);
    }
    for (Element profile : children(project, "profiles")) {
      for (Element each : children(profile, "dependencies")) {
        checkDependency(id, each, true);
      }
    }
    if (id.equals("subpixel-bom")) {
      managed = new TreeSet<>();
      for (Element each : children(child(project, "dependencyManagement"), "dependencies")) {
        managed.add(text(each, "artifactId"));
        String said = text(each, "version").replace("${project.version}", version);
        expect(said.equals(version), id, text(each, "artifactId") + " " + version, said);
      }
    }
    String base = id + "-" + version;
    if (packaging.equals("jar")) {
      jars.add(id);
      checkJar(id, folder.resolve(base + ".jar"));
      checkContent(id, folder.resolve(base + "-sources.jar"), ".java");
      checkContent(id, folder.resolve(base + "-javadoc.jar"), "index.html");
    }
    if (!id.equals("subpixel-bom")) {
      Path sbom = folder.resolve(base + "-cyclonedx.json");
      expect(Files.exists(sbom), id, "an SBOM " + sbom.getFileName(), "none");
    }
  }

  private void checkDependency(String id, Element dependency, boolean inProfile) {
    String name = text(dependency, "artifactId");
    String scope = text(dependency, "scope");
    String version = text(dependency, "version");
    String classifier = text(dependency, "classifier");
    expect(!scope.equals("test"), id + ": " + name, "no test scope", scope);
    expect(version.matches("\\d[\\w.-]*") && !version.endsWith("-SNAPSHOT"), id + ": " + name,
        "a released version", version);
    expect(inProfile || !PLATFORM.matcher(classifier).matches(), id + ": " + name,
        "natives chosen by the user's system", classifier);
    expect(!name.startsWith("subpixel-conformance"), id, "no tool of the repository", name);
  }

  private void checkJar(String id, Path file) throws IOException {
    if (!Files.exists(file)) {
      problems.add(id + ": expected " + file.getFileName() + ", received none");
      return;
    }
    Path copy = Files.createTempFile("bundle", ".jar");
    Files.write(copy, Files.readAllBytes(file));
    try (JarFile jar = new JarFile(copy.toFile())) {
      String module = jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name");
      if (module == null) {
        problems.add(id + ": expected a module name, received none");
      } else {
        String other = modules.putIfAbsent(module, id);
        expect(other == null, id, "a module name of its own", module + ", that of " + other);
      }
      Set<String> mine = new TreeSet<>();
      for (JarEntry entry : jar.stream().toList()) {
        if (entry.getName().endsWith(".class")) {
          mine.add(entry.getName().replaceAll("/[^/]*$", ""));
          try (InputStream in = jar.getInputStream(entry)) {
            int newest = in.readNBytes(8)[7];
            expect(newest <= NEWEST_CLASS, id + ": " + entry.getName(), "Java 17", "" + newest);
          }
        }
      }
      expect(!mine.isEmpty(), id, "classes", "none");
      // On a module path, a package belongs to one module.
      for (String each : mine) {
        String other = packages.putIfAbsent(each, id);
        expect(other == null, id, "packages of its own", each + ", which " + other + " has too");
      }
    } finally {
      Files.delete(copy);
    }
  }

  private void checkContent(String id, Path file, String ending) throws IOException {
    if (!Files.exists(file)) {
      problems.add(id + ": expected " + file.getFileName() + ", received none");
      return;
    }
    Path copy = Files.createTempFile("bundle", ".jar");
    Files.write(copy, Files.readAllBytes(file));
    try (JarFile jar = new JarFile(copy.toFile())) {
      boolean isThere = jar.stream().anyMatch(entry -> entry.getName().endsWith(ending));
      expect(isThere, id + ": " + file.getFileName(), "a file *" + ending, "none");
    } finally {
      Files.delete(copy);
    }
  }

  private void checkCompanions(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    for (Map.Entry<String, String> each : CHECKSUMS.entrySet()) {
      Path sum = file.resolveSibling(file.getFileName() + "." + each.getKey());
      if (!Files.exists(sum)) {
        problems.add(file + ": expected a checksum " + sum.getFileName() + ", received none");
        continue;
      }
      String right = HexFormat.of().formatHex(MessageDigest.getInstance(each.getValue()).digest(bytes));
      String said = Files.readString(sum, StandardCharsets.US_ASCII).strip();
      expect(said.equals(right), sum.toString(), right, said);
    }
    Path signature = file.resolveSibling(file.getFileName() + ".asc");
    expect(!signed || Files.exists(signature), file.toString(), "a signature", "none");
  }

  private void expect(boolean good, String where, String expected, String received) {
    if (!good) {
      problems.add(where + ": expected " + expected + ", received " + received);
    }
  }

  private static String around(String text, String part) {
    int at = text.indexOf(part);
    return at < 0 ? "" : text.substring(at, Math.min(text.length(), at + 40)).lines().findFirst().orElse("");
  }

  private static Element child(Node parent, String name) {
    if (parent != null) {
      for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
        if (each instanceof Element element && element.getTagName().equals(name)) {
          return element;
        }
      }
    }
    return null;
  }

  private static String text(Node parent, String path) {
    Node at = parent;
    for (String name : path.split("/")) {
      at = child(at, name);
    }
    return at == null ? "" : at.getTextContent().strip();
  }

  /** The elements of a list, such as each dependency. */
  private static List<Element> children(Node parent, String list) {
    List<Element> elements = new ArrayList<>();
    Node within = child(parent, list);
    if (within != null) {
      for (Node each = within.getFirstChild(); each != null; each = each.getNextSibling()) {
        if (each instanceof Element element) {
          elements.add(element);
        }
      }
    }
    return elements;
  }
}
