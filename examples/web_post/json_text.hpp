// Bytes of a repository as a string of JSON.
#ifndef WEB_POST_JSON_TEXT_HPP
#define WEB_POST_JSON_TEXT_HPP

#include <string>
#include <string_view>

namespace web_post {

// Names are bytes, JSON is Unicode: what is not UTF-8 becomes U+FFFD, one for each byte.
std::string quoted(std::string_view bytes);

}  // namespace web_post

#endif  // WEB_POST_JSON_TEXT_HPP
