#include "host/api/reply.hpp"

#include <gtest/gtest.h>

namespace rcx::host::api {
namespace {

// The path of the field that is wrong; `-` where none is.
std::string wrong(const std::string& body, const std::function<void(Fields&)>& read) {
  try {
    Fields fields = Fields::of_body(body);
    read(fields);
    fields.finish();
    return "-";
  } catch (const Wrong& found) {
    return found.path();
  }
}

TEST(Fields, NameWhatIsWrong) {
  const auto read = [](Fields& fields) {
    fields.text("name", true);
    fields.flag("private", false);
    fields.texts("addresses");
    fields.length("lifetime", std::chrono::hours(1));
  };
  EXPECT_EQ(wrong(R"({"name": "a"})", read), "-");
  EXPECT_EQ(wrong(R"({"name": "a", "private": null, "lifetime": "5d"})", read), "-");
  EXPECT_EQ(wrong("{}", read), "name");
  EXPECT_EQ(wrong(R"({"name": ""})", read), "name");
  EXPECT_EQ(wrong(R"({"name": 1})", read), "name");
  EXPECT_EQ(wrong(R"({"name": "a\u0000b"})", read), "name");
  EXPECT_EQ(wrong(R"({"name": "a", "private": "yes"})", read), "private");
  EXPECT_EQ(wrong(R"({"name": "a", "addresses": ["x", 2]})", read), "addresses[1]");
  EXPECT_EQ(wrong(R"({"name": "a", "addresses": "x"})", read), "addresses");
  EXPECT_EQ(wrong(R"({"name": "a", "lifetime": "soon"})", read), "lifetime");
  EXPECT_EQ(wrong(R"({"name": "a", "other": 1})", read), "other");
  for (const char* malformed : {"{", "[]", "1", "{\"name\": \"a\",}", "nothing"}) {
    EXPECT_EQ(wrong(malformed, read), "") << malformed;
  }
  EXPECT_EQ(wrong(std::string(1000, '[') + std::string(1000, ']'), read), "");
}

TEST(ErrorReply, SaysWhatHttpSays) {
  const auto status = [](Code code) { return error_reply(Error{code, "x"}, {}).status; };
  EXPECT_EQ(status(Code::kInvalid), 422);
  EXPECT_EQ(status(Code::kNotFound), 404);
  EXPECT_EQ(status(Code::kDenied), 403);
  EXPECT_EQ(status(Code::kBusy), 409);
  EXPECT_EQ(status(Code::kUnavailable), 503);
  EXPECT_EQ(status(Code::kIo), 500);
  const Reply field = error_reply(Error{Code::kInvalid, "target.repository: wanted text"}, {});
  EXPECT_EQ(field.json.at("error").at("path"), "target.repository");
}

}  // namespace
}  // namespace rcx::host::api
