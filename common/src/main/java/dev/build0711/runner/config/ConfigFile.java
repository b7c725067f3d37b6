package dev.build0711.runner.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// The configuration file: a YAML tree of the keys. Only loaded where there is a file.
final class ConfigFile {

  private static final int MAX_BYTES = 1 << 20;

  private final Path path;
  private final List<Mistake> mistakes;
  private final Map<ConfigKey, Given> values = new LinkedHashMap<>();

  private ConfigFile(Path path, List<Mistake> mistakes) {
    this.path = path;
    this.mistakes = mistakes;
  }

  /// The values in the file; what is wrong with it is added to `mistakes`.
  static Map<ConfigKey, Given> read(Path path, List<Mistake> mistakes) {
    ConfigFile file = new ConfigFile(path, mistakes);
    file.text().flatMap(file::tree).ifPresent(root -> file.descend("", root));
    return file.values;
  }

  private Optional<String> text() {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length <= MAX_BYTES) {
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
      }
      mistakes.add(new Mistake(path.toString(), "at most 1 MiB", "OPENHANDS_CONFIG", null));
    } catch (IOException e) {
      mistakes.add(new Mistake(path.toString(), "a readable file", "OPENHANDS_CONFIG", null));
    }
    return Optional.empty();
  }

  /// The message of the parser is left out, because it quotes the file.
  private Optional<Node> tree(String text) {
    try {
      return new Compose(LoadSettings.builder().build()).composeString(text);
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
      mistakes.add(new Mistake("the file", "YAML", path + line, null));
    } catch (YamlEngineException e) {
      mistakes.add(new Mistake("the file", "YAML", path.toString(), null));
    }
    return Optional.empty();
  }

  private void descend(String key, Node node) {
    Optional<ConfigKey> known = ConfigKey.named(key);
    if (known.isPresent()) {
      value(known.get(), node);
    } else if (node instanceof MappingNode mapping && leadsToKeys(key)) {
      mapping.getValue().forEach(member -> descend(key, member));
    } else if (key.isEmpty() || leadsToKeys(key)) {
      emptySection(key, node);
    } else {
      unknown(key, node);
    }
  }

  private void descend(String above, NodeTuple member) {
    Node name = member.getKeyNode();
    if (name instanceof ScalarNode scalar) {
      descend(
          above.isEmpty() ? scalar.getValue() : above + "." + scalar.getValue(), valueOf(member));
    } else {
      unknown(above.isEmpty() ? "?" : above + ".?", name);
    }
  }

  private static Node valueOf(NodeTuple member) {
    return member.getValueNode();
  }

  private static boolean leadsToKeys(String key) {
    String prefix = key.isEmpty() ? "" : key + ".";
    return Arrays.stream(ConfigKey.values()).anyMatch(known -> known.key().startsWith(prefix));
  }

  private void emptySection(String key, Node node) {
    if (!isNull(node)) {
      String name = key.isEmpty() ? "the file" : key;
      mistakes.add(new Mistake(name, "keys and values below it", origin(node), null));
    }
  }

  private void unknown(String key, Node node) {
    String shown = key.length() <= 100 ? key : key.substring(0, 100);
    mistakes.add(
        new Mistake(
            shown.replaceAll("\\p{Cntrl}", "?"),
            "a known key, perhaps " + Nearest.key(shown),
            origin(node),
            null));
  }

  private void value(ConfigKey key, Node node) {
    if (isNull(node)) {
      return;
    }
    Optional<String> text = text(node);
    if (text.isEmpty()) {
      mistakes.add(new Mistake(key.key(), "one value or a list of values", origin(node), null));
    } else if (values.putIfAbsent(key, new Given(text.get(), origin(node))) != null) {
      mistakes.add(new Mistake(key.key(), "to be given once", origin(node), null));
    }
  }

  /// A list is the same as its values with commas between them.
  private static Optional<String> text(Node node) {
    return switch (node) {
      case ScalarNode scalar -> Optional.of(scalar.getValue());
      case SequenceNode list when list.getValue().stream().allMatch(ScalarNode.class::isInstance) ->
          Optional.of(
              list.getValue().stream()
                  .map(part -> ((ScalarNode) part).getValue())
                  .collect(Collectors.joining(",")));
      default -> Optional.empty();
    };
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private String origin(Node node) {
    return path + node.getStartMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
  }
}
