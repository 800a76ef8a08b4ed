// The front of host/core: what every component may use.
#pragma once

#include "host/core/clock.hpp"
#include "host/core/fd.hpp"
#include "host/core/file.hpp"
#include "host/core/log.hpp"
#include "host/core/process.hpp"
#include "host/core/result.hpp"
#include "host/core/text.hpp"
#include "host/core/uuid.hpp"
