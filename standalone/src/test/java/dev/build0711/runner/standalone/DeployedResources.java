package dev.build0711.runner.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Terraform makes of `terraform/` and `deployment.tfvars`, as `scripts/deploy.d/deployment`
/// has written it down. That it still is what Terraform makes, `scripts/deploy --plan-only` checks.
record DeployedResources(JsonNode all) {

  static DeployedResources read() {
    try (InputStream in = DeployedResources.class.getResourceAsStream("/deployment.json")) {
      return new DeployedResources(JsonMapper.shared().readTree(Objects.requireNonNull(in)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The values of all resources of a type.
  List<JsonNode> of(String type) {
    return all.valueStream()
        .filter(it -> it.path("type").asString().equals(type))
        .map(it -> it.path("values"))
        .toList();
  }

  /// The values of the only resource of a type.
  JsonNode only(String type) {
    List<JsonNode> found = of(type);
    if (found.size() != 1) {
      throw new IllegalStateException(found.size() + " of " + type);
    }
    return found.getFirst();
  }

  /// The values of the resource of a type that has a value.
  JsonNode with(String type, String attribute, String value) {
    return of(type).stream()
        .filter(it -> it.path(attribute).asString("").equals(value))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("no " + type + " whose " + attribute + " is " + value));
  }
}
