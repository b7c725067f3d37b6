package dev.build0711.runner.simulator.appserver;

import java.util.List;

/// How far a start task is, in OpenHands' own words.
enum TaskStatus {
  WORKING,
  WAITING_FOR_SANDBOX,
  PREPARING_REPOSITORY,
  RUNNING_SETUP_SCRIPT,
  SETTING_UP_GIT_HOOKS,
  SETTING_UP_SKILLS,
  STARTING_CONVERSATION,
  READY,
  ERROR;

  /// Those on the way to READY.
  static final List<TaskStatus> PHASES =
      List.of(
          WORKING,
          WAITING_FOR_SANDBOX,
          PREPARING_REPOSITORY,
          RUNNING_SETUP_SCRIPT,
          SETTING_UP_GIT_HOOKS,
          SETTING_UP_SKILLS,
          STARTING_CONVERSATION);
}
