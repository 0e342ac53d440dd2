#include "peakfinder8.h"
