#include "loader/vm/methods.h"

const VmMethods *vm_methods;
