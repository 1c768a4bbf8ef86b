# The build's vocabulary: harness_library, harness_program, harness_test, harness_scenarios.
#
# Flags sit on the target harness_flags, which every target of ours links, never in CMAKE_CXX_FLAGS; so no library's header
# is compiled with our warnings.

include_guard(GLOBAL)

set(HARNESS_FLAGS "-O2;-g" CACHE STRING "Flags of this build tree: optimisation, debug information")
set(HARNESS_SANITIZE "" CACHE STRING "Sanitizers of this build tree, as -fsanitize= takes them")
set(HARNESS_UNITY 0 CACHE STRING "So many sources are compiled as one: a third of the time, and later for each edit; 0: none")

find_program(HARNESS_CCACHE ccache)
if(HARNESS_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HARNESS_CCACHE})
endif()

add_library(harness_flags INTERFACE)
target_compile_features(harness_flags INTERFACE cxx_std_20)
target_compile_options(harness_flags INTERFACE
  ${HARNESS_FLAGS}
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror
  # g++ 12 warns about correct string concatenation (GCC bug 105329) and about fmt's buffers once it inlines.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow>)
target_include_directories(harness_flags INTERFACE ${PROJECT_SOURCE_DIR})
# For what is long and runs once: to optimise a thousand assertions, or a command line, takes longer than to run them.
add_library(harness_quick_flags INTERFACE)
if(HARNESS_SANITIZE)
  target_compile_options(harness_quick_flags INTERFACE -O0)
else()
  target_compile_options(harness_quick_flags INTERFACE -O1)
endif()
if(HARNESS_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE ${HARNESS_UNITY})
  # A member of an unnamed namespace's type is as right as before; g++ takes the other source for a header.
  target_compile_options(harness_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(HARNESS_SANITIZE)
  target_compile_options(harness_flags INTERFACE
    -fsanitize=${HARNESS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(harness_flags INTERFACE -fsanitize=${HARNESS_SANITIZE})
endif()

# Headers that compile alone. A header beside a source of the same stem is included first by that source (tree_test sees to
# it), which proves the same; each of the others becomes a source of its own that holds nothing else.
function(harness_check_headers name)
  set(alone "")
  foreach(header IN LISTS ARGN)
    string(REGEX REPLACE "\\.hpp$" ".cpp" twin ${header})
    if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${twin})
      file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${header})
      set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${header}.cpp)
      file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${path}\"\n")
      list(APPEND alone ${source})
    endif()
  endforeach()
  if(alone AND NOT HARNESS_SANITIZE)  # one kind of build is enough
    add_library(${name}_headers OBJECT ${alone})
    set_target_properties(${name}_headers PROPERTIES UNITY_BUILD OFF)
    target_link_libraries(${name}_headers PRIVATE ${name} harness_flags)
    target_compile_options(${name}_headers PRIVATE -O0 -g0)
  endif()
endfunction()

# Only aliases may be linked (NAME::NAME): a typo then fails at configure, not as a missing -l at link time. rapidcheck's
# two targets have no such names.
function(harness_check_links)
  foreach(link IN LISTS ARGN)
    if(NOT link MATCHES "::" AND NOT link MATCHES "^rapidcheck")
      message(FATAL_ERROR "links ${link}: expected an alias such as harness::${link}")
    endif()
  endforeach()
endfunction()

# harness_library(sim SOURCES agenda.cpp agenda.hpp time.hpp ... [LINKS harness::left Boost::headers ...])
# Makes sim and harness::sim. Lists every .cpp and .hpp of the folder; a library of headers alone is an INTERFACE.
function(harness_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  harness_check_links(${arg_LINKS})
  set(sources ${arg_SOURCES})
  set(headers ${arg_SOURCES})
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  list(FILTER headers INCLUDE REGEX "\\.hpp$")
  if(sources)
    add_library(${name} STATIC ${sources} ${headers})
    target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE harness_flags)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_LINKS})
  endif()
  add_library(harness::${name} ALIAS ${name})
  harness_check_headers(${name} ${headers})
endfunction()

# harness_program(cutover SOURCES main.cpp [LINKS ...]): an executable at the root of the build tree.
function(harness_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  harness_check_links(${arg_LINKS})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINKS} harness_flags)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

# harness_test(sim_test SOURCES ... LINKS harness::sim [HAS_SLOW])
# One CTest entry a TEST_CASE, labelled fast; with HAS_SLOW those tagged [slow] are labelled slow. Link the one layer that is
# tested, and nothing to its right.
function(harness_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "HAS_SLOW" "" "SOURCES;LINKS")
  harness_check_links(${arg_LINKS})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE
    ${arg_LINKS} Catch2::Catch2WithMain harness_flags harness_quick_flags)
  target_compile_definitions(${name} PRIVATE HARNESS_ROOT="${PROJECT_SOURCE_DIR}")
  if(arg_HAS_SLOW)
    harness_discover(${name} "~[slow]" fast 120)
    harness_discover(${name} "[slow]" slow 900 COST 1000)  # begun first, so that all cores are busy to the end
  else()
    harness_discover(${name} "" fast 120)
  endif()
endfunction()

function(harness_discover name tests label seconds)
  catch_discover_tests(${name}
    TEST_SPEC ${tests}
    TEST_LIST ${name}_${label}
    TEST_PREFIX "${name}: "
    EXTRA_ARGS -w NoTests
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTIES LABELS ${label} TIMEOUT ${seconds} ${ARGN})
endfunction()

# harness_scenarios(DIRECTORY dir): one CTest entry for each .json file below it. The folder says what is promised:
# `invalid` files must be rejected with exactly their golden, all others end as their own `expect` says. Those of `random` say
# what everything drawn from them shows, which is for tests/properties, those of `small` what all of their runs show, which is
# for tests/exhaustive_test.cpp; `medium` ones take too long for tests, and `scale/million` too long for fast ones. A golden
# without its scenario is an error.
function(harness_scenarios)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "DIRECTORY" "")
  file(GLOB_RECURSE scenarios CONFIGURE_DEPENDS ${arg_DIRECTORY}/*.json)
  file(GLOB_RECURSE goldens CONFIGURE_DEPENDS ${arg_DIRECTORY}/*.golden)
  foreach(golden IN LISTS goldens)
    string(REGEX REPLACE "\\.golden$" ".json" scenario ${golden})
    if(NOT scenario IN_LIST scenarios)
      message(FATAL_ERROR "${golden}: there is no scenario ${scenario}")
    endif()
  endforeach()
  list(FILTER scenarios EXCLUDE REGEX "/(random|small|medium)/")
  foreach(scenario IN LISTS scenarios)
    file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${scenario})
    add_test(
      NAME ${path}
      COMMAND ${PROJECT_SOURCE_DIR}/cmake/scenario_test.sh $<TARGET_FILE:cutover> ${path}
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    if(path MATCHES "/scale/million")
      set_tests_properties(${path} PROPERTIES LABELS "slow;scenario" TIMEOUT 900)
    else()
      set_tests_properties(${path} PROPERTIES LABELS "fast;scenario" TIMEOUT 120)
    endif()
  endforeach()
endfunction()

# The target `tidy`: clang-tidy over every source of this build tree.
function(harness_tidy_target)
  add_custom_target(tidy
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/tidy.sh -p ${PROJECT_BINARY_DIR}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    USES_TERMINAL VERBATIM)
endfunction()
