# `cpack` in the build folder makes Debian packages: rcx (programs, manuals, completions), rcx-sdk
# (what authors compile with), rcx-extensions (what ships) and, where libsvn is, rcx-svn (what reads
# Subversion). Nothing is started by installing them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rcx)
set(CPACK_PACKAGE_VENDOR rcx)
set(CPACK_PACKAGE_CONTACT "rcx <rcx@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL host sdk extensions)
if(TARGET rcx-svn)
  list(APPEND CPACK_COMPONENTS_ALL svn)
endif()
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
# The same modes whatever the umask of who packs.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_HOST_PACKAGE_NAME rcx)
set(CPACK_COMPONENT_HOST_DESCRIPTION
  "Host for extensions of version-control servers
Runs shared libraries, dropped into a directory, when people push: they can
refuse a push and say why, or react to one that was accepted.")
set(CPACK_DEBIAN_HOST_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_HOST_PACKAGE_RECOMMENDS git)
set(CPACK_DEBIAN_HOST_PACKAGE_SUGGESTS "rcx-extensions, rcx-sdk, rcx-svn")

set(CPACK_DEBIAN_SDK_PACKAGE_NAME rcx-sdk)
set(CPACK_COMPONENT_SDK_DESCRIPTION
  "Headers and build files for extensions of rcx
The C contract, the C++ layer over it, a fake host for unit tests, a CMake
package, a pkg-config file and examples.")
set(CPACK_DEBIAN_SDK_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_SDK_PACKAGE_RECOMMENDS "g++, cmake, libgtest-dev")
set(CPACK_DEBIAN_SDK_PACKAGE_SUGGESTS rcx)

set(CPACK_DEBIAN_EXTENSIONS_PACKAGE_NAME rcx-extensions)
set(CPACK_COMPONENT_EXTENSIONS_DESCRIPTION
  "Extensions that ship with rcx
Copy those that you want into the rcextensions directory of an instance.")
set(CPACK_DEBIAN_EXTENSIONS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_EXTENSIONS_PACKAGE_DEPENDS "rcx (>= ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})")

set(CPACK_DEBIAN_SVN_PACKAGE_NAME rcx-svn)
set(CPACK_COMPONENT_SVN_DESCRIPTION
  "Subversion for rcx
With it the host reads repositories of Subversion, through libsvn.")
set(CPACK_DEBIAN_SVN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SVN_PACKAGE_DEPENDS "rcx (= ${PROJECT_VERSION})")

include(CPack)
