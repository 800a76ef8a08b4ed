// Bytes inside a message for people.
#ifndef RCX_PLUGINS_TEXT_QUOTE_HPP
#define RCX_PLUGINS_TEXT_QUOTE_HPP

#include <string>
#include <string_view>

namespace text {

// A path between quotation marks, on one line. Control characters and bytes that belong to no
// character are written `\xNN`, quotation marks and backslashes with a backslash, so that two paths
// never look the same. Of a long one, `…` stands for the middle.
std::string quoted_path(std::string_view path);

}  // namespace text

#endif  // RCX_PLUGINS_TEXT_QUOTE_HPP
