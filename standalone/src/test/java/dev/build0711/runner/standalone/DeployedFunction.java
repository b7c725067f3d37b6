package dev.build0711.runner.standalone;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A function as Terraform makes it.
///
/// @param name of its folder and its zip
/// @param service the name of its Cloud Run service
/// @param uri its own address
/// @param account the member that it is in policies
/// @param invokers the members that may call it
record DeployedFunction(
    String name,
    String service,
    URI uri,
    String entryPoint,
    long memory,
    String cpus,
    int concurrency,
    Duration timeout,
    String ingress,
    String account,
    Set<String> invokers,
    Map<String, String> environment) {

  private static final String EVERYBODY = "allUsers";

  /// All that Terraform makes.
  static List<DeployedFunction> all(DeployedResources resources) {
    return resources.of("google_cloudfunctions2_function").stream()
        .map(it -> of(resources, it))
        .toList();
  }

  private static DeployedFunction of(DeployedResources resources, JsonNode function) {
    JsonNode service = function.path("service_config").path(0);
    String name = function.path("name").asString();
    String object = function.at("/build_config/0/source/0/storage_source/0/object").asString();
    Map<String, String> environment = new HashMap<>();
    service
        .path("environment_variables")
        .properties()
        .forEach(it -> environment.put(it.getKey(), it.getValue().asString()));
    return new DeployedFunction(
        object.substring(0, object.indexOf('/')),
        name,
        URI.create(service.path("uri").asString()),
        function.at("/build_config/0/entry_point").asString(),
        bytes(service.path("available_memory").asString()),
        service.path("available_cpu").asString(),
        service.path("max_instance_request_concurrency").asInt(),
        Duration.ofSeconds(service.path("timeout_seconds").asInt()),
        service.path("ingress_settings").asString(),
        resources
            .with(
                "google_service_account", "email", service.path("service_account_email").asString())
            .path("member")
            .asString(),
        resources.of("google_cloud_run_v2_service_iam_member").stream()
            .filter(it -> it.path("name").asString().equals(name))
            .filter(it -> it.path("role").asString().equals("roles/run.invoker"))
            .map(it -> it.path("member").asString())
            .collect(Collectors.toUnmodifiableSet()),
        Map.copyOf(environment));
  }

  /// Whether its ingress lets in what comes this way.
  boolean lets(FrontEnd.Way way) {
    return switch (ingress) {
      case "ALLOW_ALL" -> true;
      case "ALLOW_INTERNAL_AND_GCLB" -> way != FrontEnd.Way.INTERNET;
      case "ALLOW_INTERNAL_ONLY" -> way == FrontEnd.Way.GOOGLE;
      default -> throw new IllegalStateException(ingress);
    };
  }

  /// Whether its policy lets a member call it.
  boolean isInvokedBy(String member) {
    return invokers.contains(EVERYBODY) || invokers.contains(member);
  }

  private static long bytes(String memory) {
    long number = Long.parseLong(memory.substring(0, memory.length() - 2));
    return switch (memory.substring(memory.length() - 2)) {
      case "Mi" -> number << 20;
      case "Gi" -> number << 30;
      default -> throw new IllegalStateException(memory);
    };
  }
}
