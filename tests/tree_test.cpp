// The shape of this project: which layer may include which, what the engine and the model may not
// use, what no file may mention, that every source is built. Each rule is a function over one
// file's text; the last test applies them all.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cctype>
#include <iostream>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "docs/tools/source_tree.hpp"

namespace {

using docs::SourceFile;
using Problems = std::vector<std::string>;

// From left to right; each may include what stands left of it.
constexpr std::array<std::string_view, 5> kLayers{"sim", "model", "scenarios", "reports", "cli"};

bool is_code(std::string_view path) { return path.ends_with(".cpp") || path.ends_with(".hpp"); }

std::size_t layer_of(std::string_view path) {
  if (path.starts_with("tests/")) {  // the tests of a layer know no more than it
    path.remove_prefix(std::string_view{"tests/"}.size());
  }
  const auto at = std::find(kLayers.begin(), kLayers.end(), docs::first_folder(path));
  return static_cast<std::size_t>(at - kLayers.begin());
}

std::string place(const SourceFile& file, std::size_t line) {
  return file.path + ":" + std::to_string(line) + ": ";
}

std::string stem_of(std::string_view path) { return std::string{path.substr(0, path.rfind('.'))}; }

struct Include {
  std::string path;
  std::size_t line;
  bool is_ours;
};

std::vector<Include> includes_of(const SourceFile& file) {
  static const std::regex pattern{R"(^\s*#\s*include\s*(["<])([^">]+)[">])"};
  std::vector<Include> includes;
  std::size_t number = 0;
  for (const std::string_view line : docs::lines_of(file.text)) {
    ++number;
    std::cmatch match;
    if (std::regex_search(line.begin(), line.end(), match, pattern)) {
      includes.push_back(Include{match[2], number, match[1] == "\""});
    }
  }
  return includes;
}

// The same text with comments, strings and character literals blanked out; lines stay where they
// are. Raw strings end at the first `)"`, which is enough for ours.
std::string code_only(std::string_view text) {
  std::string code{text};
  const auto blank = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < std::min(end, code.size()); ++i) {
      code[i] = code[i] == '\n' ? '\n' : ' ';
    }
    return end;
  };
  const auto after = [&](std::string_view what, std::size_t from) {
    const std::size_t at = text.find(what, from);
    return at == std::string_view::npos ? text.size() : at + what.size();
  };
  const auto after_quoted = [&](char quote, std::size_t from) {
    while (from < text.size() && text[from] != quote) {
      from += text[from] == '\\' ? 2U : 1U;
    }
    return from + 1;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    const bool after_word = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;
    if (rest.starts_with("//")) {
      at = blank(at, after("\n", at));
    } else if (rest.starts_with("/*")) {
      at = blank(at, after("*/", at));
    } else if (rest.starts_with("R\"(")) {
      at = blank(at, after(")\"", at));
    } else if (rest.starts_with('"')) {
      at = blank(at, after_quoted('"', at + 1));
    } else if (rest.starts_with('\'') && !after_word) {  // else it separates digits
      at = blank(at, after_quoted('\'', at + 1));
    } else {
      ++at;
    }
  }
  return code;
}

// Rules
// -------------------------------------------------------------------------------------------------------------------

Problems check_includes(const SourceFile& file, const std::vector<SourceFile>& all) {
  Problems problems;
  const std::size_t own = layer_of(file.path);
  const std::vector<Include> includes = includes_of(file);
  for (const Include& include : includes) {
    const std::size_t other = layer_of(include.path);
    const bool is_file = std::any_of(all.begin(), all.end(), [&](const SourceFile& known) {
      return known.path == include.path;
    });
    if (include.is_ours && !is_file) {
      problems.push_back(place(file, include.line) + "\"" + include.path +
                         "\" is no file of ours; includes go by path from the root");
    } else if (include.is_ours && own < kLayers.size() && other < kLayers.size() && own < other) {
      problems.push_back(place(file, include.line) + std::string{kLayers[own]} + " must not know " +
                         std::string{kLayers[other]} + ", which includes it");
    } else if (own < 2 &&
               (include.path.starts_with("nlohmann/") || include.path.starts_with("CLI/"))) {
      problems.push_back(place(file, include.line) + "<" + include.path +
                         ">: files and command lines are read right of the model");
    }
  }
  const std::string header = stem_of(file.path) + ".hpp";
  const bool has_header = std::any_of(
      all.begin(), all.end(), [&](const SourceFile& known) { return known.path == header; });
  if (file.path.ends_with(".cpp") && has_header &&
      (includes.empty() || includes.front().path != header)) {
    problems.push_back(file.path + ": must include its own header \"" + header +
                       "\" first, which proves that it compiles alone");
  }
  return problems;
}

struct Forbidden {
  const char* pattern;
  const char* instead;
};

constexpr std::array kForbidden{
    Forbidden{R"(\brandom_device\b)", "take a seed, sim::SplitMix64"},
    Forbidden{R"(\w+_distribution\b)", "libraries differ; sim::below over sim::draw"},
    Forbidden{R"(<random>|\bs?rand\s*\(|\bmt19937)", "sim/random.hpp"},
    Forbidden{R"(\b(system|steady|high_resolution)_clock\b)", "sim::Due, the virtual clock"},
    Forbidden{
        R"(\bstd::(time|clock)\s*\(|(^|[^\w.:>])time\s*\(\s*(NULL|nullptr|0|&)|\bgettimeofday\b)",
        "sim::Due, the virtual clock"},
    Forbidden{R"(<ctime>|<time\.h>|<sys/time\.h>)", "sim/time.hpp"},
    Forbidden{R"(\bunordered_(multi)?(map|set)\b)",
              "its order differs by library; a sorted vector or std::map"},
    Forbidden{R"(\bstd::hash\b)", "libraries differ; sim::mix64"},
    Forbidden{R"(\bgetenv\b)", "a setting in the scenario"},
    Forbidden{R"(\b(float|double)\b)", "compilers differ; whole numbers, sim::Ratio"},
    Forbidden{R"(\bthread_local\b)", "a run is a value; pass it"},
};

// The one place with another order: the obvious search that the clever one is held against.
constexpr std::string_view kMayHash = "sim/plain_search.hpp";

Problems check_determinism(const SourceFile& file) {
  Problems problems;
  const bool is_held_to_it = !file.path.starts_with("tests/") && layer_of(file.path) <= 2;
  if (!is_held_to_it) {
    return problems;
  }
  const std::string code = code_only(file.text);
  for (const Forbidden& forbidden : kForbidden) {
    const std::regex pattern{forbidden.pattern};
    std::size_t number = 0;
    for (const std::string_view line : docs::lines_of(code)) {
      ++number;
      std::cmatch match;
      if (std::regex_search(line.begin(), line.end(), match, pattern) &&
          !(file.path == kMayHash && match.str().starts_with("unordered_"))) {
        problems.push_back(place(file, number) + match.str() +
                           " is not the same on every machine; instead: " + forbidden.instead);
      }
    }
  }
  return problems;
}

Problems check_words(const SourceFile& file) {
  // In pieces, so that this file mentions none of them.
  static const std::regex words{
      "/"
      "work"
      R"((?![a-z])|\.)"
      "library"
      R"(\b|(^|[^\w]))"
      "shared"
      "/"};
  Problems problems;
  std::size_t number = 0;
  for (const std::string_view line : docs::lines_of(file.text)) {
    ++number;
    std::cmatch match;
    if (std::regex_search(line.begin(), line.end(), match, words)) {
      problems.push_back(place(file, number) + match.str() + " does not belong to the project");
    }
  }
  return problems;
}

Problems check_header(const SourceFile& file) {
  Problems problems;
  if (file.path.ends_with(".hpp")) {
    if (!file.text.starts_with("// ")) {
      problems.push_back(file.path + ": must begin with a comment that says what it is");
    }
    if (file.text.find("\n#pragma once\n") == std::string::npos) {
      problems.push_back(file.path + ": has no #pragma once");
    }
  }
  return problems;
}

Problems check_test_names(const SourceFile& file) {
  static const std::regex pattern{R"re(TEST_CASE\(\s*"([^"]*)")re"};
  Problems problems;
  for (std::sregex_iterator at{file.text.begin(), file.text.end(), pattern}, end; at != end; ++at) {
    const std::string name = (*at)[1];
    if (file.path.starts_with("tests/") && name.find_first_of(";,[") != std::string::npos) {
      problems.push_back(file.path + ": \"" + name +
                         "\": a test name with ; , or [ becomes entries that run nothing");
    }
  }
  return problems;
}

// Every source stands in the CMakeLists.txt of its top folder, or it is not built.
Problems check_built(const SourceFile& file, const std::vector<SourceFile>& all) {
  const std::string top{docs::first_folder(file.path)};
  const std::string lists = top + "/CMakeLists.txt";
  const auto list = std::find_if(all.begin(), all.end(),
                                 [&](const SourceFile& known) { return known.path == lists; });
  const bool is_listed_kind = file.path.ends_with(".cpp") || layer_of(top) < kLayers.size();
  if (!is_listed_kind || list == all.end()) {
    return {};
  }
  const std::string name = file.path.substr(top.size() + 1);
  const std::regex listed{R"((^|[\s(]))" + std::regex_replace(name, std::regex{R"(\.)"}, R"(\.)") +
                          R"((?=[\s)]))"};
  if (std::regex_search(list->text, listed)) {
    return {};
  }
  return {file.path + ": is not listed in " + lists + ", so it is not built"};
}

struct ClassName {
  std::string layer;
  std::string name;
  std::string where;
};

// The classes a file defines at the top of its layer's namespace, not those in an unnamed one.
std::vector<ClassName> classes_of(const SourceFile& file) {
  static const std::regex pattern{R"(^(?:struct|class)\s+(\w+)\s*(?:final\s*)?(?::(?!:)|\{|$))"};
  std::vector<ClassName> classes;
  bool is_unnamed = false;
  std::size_t number = 0;
  const std::string code = code_only(file.text);
  for (const std::string_view line : docs::lines_of(code)) {
    ++number;
    std::cmatch match;
    if (line.starts_with("namespace {")) {
      is_unnamed = true;
    } else if (line.starts_with("}  ") || line == "}") {  // a function, or the unnamed namespace
      is_unnamed = is_unnamed && line == "}";
    } else if (!is_unnamed && std::regex_search(line.begin(), line.end(), match, pattern)) {
      classes.push_back(ClassName{std::string{docs::first_folder(file.path)}, match[1],
                                  file.path + ":" + std::to_string(number)});
    }
  }
  return classes;
}

// Two classes of one name in one namespace: each file compiles, and the linker mixes them.
Problems check_one_definition(const std::vector<SourceFile>& all) {
  Problems problems;
  std::vector<ClassName> classes;
  for (const SourceFile& file : all) {
    if (is_code(file.path) && layer_of(file.path) < kLayers.size() &&
        !file.path.starts_with("tests/")) {
      const std::vector<ClassName> more = classes_of(file);
      classes.insert(classes.end(), more.begin(), more.end());
    }
  }
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (classes[i].layer == classes[j].layer && classes[i].name == classes[j].name) {
        problems.push_back(classes[i].where + ": " + classes[i].name + " is already defined in " +
                           classes[j].where);
      }
    }
  }
  return problems;
}

std::vector<SourceFile> project() { return docs::read_tree(HARNESS_ROOT, {""}); }

std::string joined(const Problems& problems) {
  std::string text;
  for (const std::string& problem : problems) {
    text += (text.empty() ? "" : "\n") + problem;
  }
  return text;
}

TEST_CASE("an include that points right is found") {
  const std::vector<SourceFile> all{{"sim/a.hpp", ""}, {"model/b.hpp", ""}, {"model/b.cpp", ""}};
  const auto check = [&](std::string path, std::string text) {
    return joined(check_includes(SourceFile{std::move(path), std::move(text)}, all));
  };
  CHECK(check("model/b.hpp", "#include \"sim/a.hpp\"\n").empty());
  CHECK(check("sim/a.hpp", "\n#include \"model/b.hpp\"\n") ==
        "sim/a.hpp:2: sim must not know model, which includes it");
  CHECK_THAT(check("tests/sim/x.cpp", "#include \"model/b.hpp\""), Catch::Contains("sim must not"));
  CHECK(check("tests/model/x.cpp", "#include \"sim/a.hpp\"").empty());
  CHECK_THAT(check("model/b.hpp", "#include \"b.hpp\""), Catch::Contains("is no file of ours"));
  CHECK_THAT(check("model/b.hpp", "#include <nlohmann/json.hpp>"), Catch::Contains("right of"));
  CHECK_THAT(check("model/b.cpp", "#include \"sim/a.hpp\""), Catch::Contains("own header"));
  CHECK(check("model/b.cpp", "#include \"model/b.hpp\"\n#include \"sim/a.hpp\"").empty());
}

TEST_CASE("what differs between machines is found in code and not in comments") {
  const auto check = [](std::string path, std::string text) {
    return joined(check_determinism(SourceFile{std::move(path), std::move(text)}));
  };
  CHECK(check("sim/a.hpp", "int a;\ndouble b;") ==
        "sim/a.hpp:2: double is not the same on every machine; instead: compilers differ; whole "
        "numbers, sim::Ratio");
  for (const char* const bad :
       {"std::random_device d;", "std::uniform_int_distribution<> d;", "#include <random>",
        "auto t = std::chrono::steady_clock::now();", "x = time(nullptr);", "x = std::time(0);",
        "#include <unordered_map>", "std::unordered_set<int> s;", "std::getenv(name)", "float f;",
        "std::hash<int>{}(1)", "auto x = 10'000; double d;"}) {
    INFO(bad);
    CHECK_FALSE(check("scenarios/reader/a.cpp", bad).empty());
  }
  for (const char* const good :
       {"// double", "/* float\n double */", "f(\"double \\\" float\");", "event_time(x);",
        "char c = '\"'; // double", "due.time();", "auto r = R\"(double \" float)\";"}) {
    INFO(good);
    CHECK(check("model/a.cpp", good).empty());
  }
  CHECK(check("reports/a.cpp", "double d;").empty());
  CHECK(check("sim/plain_search.hpp", "std::unordered_set<int> s;").empty());
  CHECK_FALSE(check("sim/plain_search.hpp", "double d;").empty());
}

TEST_CASE("words that do not belong to the project are found") {
  const auto finds = [](std::string text) {
    return !check_words(SourceFile{"README.md", std::move(text)}).empty();
  };
  CHECK(finds(std::string{"see /wo"} + "rk/main"));
  CHECK(finds(std::string{"see (shar"} + "ed/x)"));
  CHECK(finds(std::string{"see .lib"} + "rary"));
  CHECK_FALSE(finds("shared by both jobs; a/workflow; std::shared_ptr; a.librarian; unshared/x"));
}

TEST_CASE("headers without their opening and sources that are not built are found") {
  CHECK(check_header({"sim/a.hpp", "// What it is.\n#pragma once\n"}).empty());
  CHECK(check_header({"sim/a.hpp", "#include <x>\n"}).size() == 2);
  const std::vector<SourceFile> all{
      {"sim/CMakeLists.txt", "harness_library(sim SOURCES a.cpp b/a.hpp)"}};
  CHECK(check_built({"sim/a.cpp", ""}, all).empty());
  CHECK(check_built({"sim/b/a.hpp", ""}, all).empty());
  CHECK(check_built({"sim/a.hpp", ""}, all).size() == 1);
  CHECK(check_test_names({"tests/a.cpp",
                          "TEST"
                          "_CASE(\"a; b\") {}"})
            .size() == 1);
  CHECK(check_test_names({"tests/a.cpp",
                          "TEST"
                          "_CASE(\"a: b (rule)\") {}"})
            .empty());
}

TEST_CASE("two classes of one name in one layer are found") {
  const SourceFile one{"sim/a.hpp", "// A.\nnamespace sim {\nstruct Window {\n};\n}  // namespace"};
  const SourceFile hidden{"sim/b.cpp",
                          "namespace sim {\nnamespace {\nvoid f() {\n}\nclass Window {\n};\n"
                          "}  // namespace\n}  // namespace sim\n"};
  const SourceFile open{"sim/c.cpp", "namespace {\n}  // namespace\nclass Window : X {\n};\n"};
  CHECK(check_one_definition({one, hidden, {"model/a.hpp", one.text}}).empty());
  CHECK(joined(check_one_definition({one, open})) ==
        "sim/c.cpp:3: Window is already defined in sim/a.hpp:3");
}

TEST_CASE("the project keeps its shape") {
  const std::vector<SourceFile> all = project();
  CHECK(all.size() > 20);
  Problems problems = check_one_definition(all);
  const auto add = [&](const Problems& more) {
    problems.insert(problems.end(), more.begin(), more.end());
  };
  for (const SourceFile& file : all) {
    add(check_words(file));
    if (is_code(file.path)) {
      add(check_includes(file, all));
      add(check_determinism(file));
      add(check_header(file));
      add(check_test_names(file));
      add(check_built(file, all));
    }
  }
  for (const std::string& problem : problems) {
    std::cout << problem << '\n';
  }
  CHECK(problems.empty());
}

}  // namespace
