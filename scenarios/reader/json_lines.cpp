#include "scenarios/reader/json_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "scenarios/reader/json_syntax.hpp"

namespace scenarios {
namespace {

// Lets the parser read the text and tells how far it has come.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** seen) : at_(at), seen_(seen) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *seen_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return !(a == b); }

 private:
  const char* at_;
  const char** seen_;
};

// Receives the parser's tokens and builds the tree. The names of its functions are the parser's.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, const Origin& origin, Problems& problems)
      : text_(text), origin_(origin), problems_(&problems), seen_(text.data()) {
    origin_.line = 1;
  }

  CountingIterator begin() { return {text_.data(), &seen_}; }
  CountingIterator end() { return {text_.data() + text_.size(), &seen_}; }

  bool null() { return add(make(Json::Type::kNull)); }
  bool boolean(bool value) {
    Json json = make(Json::Type::kBoolean);
    json.boolean = value;
    return add(std::move(json));
  }
  bool number_integer(std::int64_t value) {
    Json json = make(value < 0 ? Json::Type::kNegative : Json::Type::kNatural);
    json.negative = value;
    json.natural = value < 0 ? 0 : static_cast<std::uint64_t>(value);
    return add(std::move(json));
  }
  bool number_unsigned(std::uint64_t value) {
    Json json = make(Json::Type::kNatural);
    json.natural = value;
    return add(std::move(json));
  }
  bool number_float(nlohmann::json::number_float_t /*value*/, const std::string& written) {
    Json json = make(Json::Type::kNumber);
    json.text = written;
    return add(std::move(json));
  }
  bool string(std::string& value) {
    Json json = make(Json::Type::kString);
    json.text = std::move(value);
    return add(std::move(json));
  }
  bool binary(nlohmann::json::binary_t& /*value*/) { return false; }  // never in text

  bool start_object(std::size_t /*count*/) { return open(Json::Type::kObject); }
  bool start_array(std::size_t /*count*/) { return open(Json::Type::kArray); }
  bool key(std::string& name) {
    advance();
    Open& object = open_.back();
    object.key = std::move(name);
    object.key_origin = origin_;
    next_ = JsonNext::kColon;
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  template <class Exception>
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Exception& /*exception*/) {
    const SyntaxError error = explain_syntax(text_, offset_, next_);
    advance_to(
        std::min(error.offset, text_.find_last_not_of(" \t\r\n") + 1));  // no empty last line
    result_.failure = JsonFailure::kSyntax;
    problems_->add(origin_, error.inside_value ? pointer_of_next() : pointer_of_open(), error.text);
    return false;
  }

  void refuse(const SyntaxError& error) {
    advance_to(error.offset);
    result_.failure = JsonFailure::kLimit;
    problems_->add(origin_, {}, error.text);
  }

  JsonResult take() {
    if (result_.failure != JsonFailure::kNone) {
      result_.root.reset();
    }
    return std::move(result_);
  }

 private:
  struct Open {
    Json value;
    std::set<std::string, std::less<>> names;
    std::string key;
    Origin key_origin;
  };

  // Brings offset and line to the end of the token just read. To see where a number ends the parser
  // reads one byte more, if there is one.
  void advance(bool number = false) {
    const auto end = static_cast<std::size_t>(seen_ - text_.data());
    const bool one_more =
        number && (end < text_.size() || std::string_view("0123456789.eE+-").find(text_[end - 1]) ==
                                             std::string_view::npos);
    advance_to(one_more ? end - 1 : end);
  }
  void advance_to(std::size_t offset) {
    const std::size_t end = std::min(offset, text_.size());
    if (end > offset_) {
      const std::string_view passed = text_.substr(offset_, end - offset_);
      origin_.line += static_cast<int>(std::count(passed.begin(), passed.end(), '\n'));
      offset_ = end;
    }
  }

  Json make(Json::Type type) {
    advance(type == Json::Type::kNatural || type == Json::Type::kNegative ||
            type == Json::Type::kNumber);
    Json json;
    json.type = type;
    json.origin = origin_;
    return json;
  }

  bool open(Json::Type type) {
    Json json = make(type);
    if (open_.size() == JsonLimits::kNesting) {
      result_.failure = JsonFailure::kLimit;
      problems_->add(
          origin_, {},
          "expected a nesting of at most " + std::to_string(JsonLimits::kNesting) + ", found more");
      return false;
    }
    Open entry;
    entry.value = std::move(json);
    open_.push_back(std::move(entry));
    next_ = type == Json::Type::kObject ? JsonNext::kKeyOrEnd : JsonNext::kItemOrEnd;
    return true;
  }

  bool close() {
    advance();
    Json json = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(json));
  }

  // Puts a finished value into the container around it.
  bool add(Json json) {
    if (open_.empty()) {
      result_.root = std::move(json);
      next_ = JsonNext::kEndOfDocument;
      return true;
    }
    Open& around = open_.back();
    if (around.value.type == Json::Type::kArray) {
      around.value.items.push_back(std::move(json));
      next_ = JsonNext::kCommaInArray;
      return true;
    }
    next_ = JsonNext::kCommaInObject;
    if (!around.names.insert(around.key).second) {
      report_duplicate(around);
      return true;
    }
    around.value.members.push_back(
        JsonMember{std::move(around.key), around.key_origin, std::move(json)});
    return true;
  }

  void report_duplicate(const Open& object) {
    if (problems_->full()) {
      problems_->add(object.key_origin, {}, {});
      return;
    }
    const auto& members = object.value.members;
    const auto first = std::find_if(members.begin(), members.end(), [&](const JsonMember& member) {
      return member.name == object.key;
    });
    std::string text = "duplicate key";
    if (origin_.source == Origin::Source::kFile) {
      text += "; it is first given in line " + std::to_string(first->name_origin.line);
    }
    problems_->add(object.key_origin, pointer_to(pointer_of_open(), object.key), std::move(text));
  }

  [[nodiscard]] std::string pointer_of_open() const {
    std::string pointer;
    for (std::size_t depth = 0; depth + 1 < open_.size(); ++depth) {
      pointer = pointer_to(pointer, part_of(open_[depth]));
    }
    return pointer;
  }
  [[nodiscard]] std::string pointer_of_next() const {
    return open_.empty() ? std::string() : pointer_to(pointer_of_open(), part_of(open_.back()));
  }
  static std::string part_of(const Open& open) {
    return open.value.type == Json::Type::kArray ? std::to_string(open.value.items.size())
                                                 : open.key;
  }

  std::string_view text_;
  Origin origin_;  // its line is that of `offset_`
  Problems* problems_;
  const char* seen_;
  std::size_t offset_ = 0;  // end of the last good token
  JsonNext next_ = JsonNext::kDocument;
  std::vector<Open> open_;
  JsonResult result_;
};

}  // namespace

const Json* Json::find(std::string_view name) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const JsonMember& member) { return member.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

Json* Json::find(std::string_view name) {
  return const_cast<Json*>(std::as_const(*this).find(name));  // NOLINT: this one is not const
}

std::string Json::described() const {
  switch (type) {
    case Type::kNull: return "null";
    case Type::kBoolean: return boolean ? "true" : "false";
    case Type::kNatural: return std::to_string(natural);
    case Type::kNegative: return std::to_string(negative);
    case Type::kNumber: {
      const std::string shown = in_quotes(text);
      return shown.substr(1, shown.size() - 2);
    }
    case Type::kString: return in_quotes(text);
    case Type::kArray: return items.empty() ? "an empty array" : "an array";
    case Type::kObject: return members.empty() ? "an empty object" : "an object";
  }
  return {};
}

JsonResult parse_json(std::string_view text, JsonComments comments, const Origin& origin,
                      Problems& problems) {
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  TreeBuilder builder(text, origin, problems);
  if (text.size() > JsonLimits::kBytes) {
    builder.refuse({0, false,
                    "expected at most " + std::to_string(JsonLimits::kBytes) + " bytes, found " +
                        std::to_string(text.size())});
  } else if (const auto bad = find_bad_byte(text)) {
    builder.refuse(*bad);
  } else {
    nlohmann::json::sax_parse(builder.begin(), builder.end(), &builder,
                              nlohmann::json::input_format_t::json, true,
                              comments == JsonComments::kAllowed);
  }
  return builder.take();
}

}  // namespace scenarios
