// Sweep.cs - calls what the core assembly has, with arguments that nobody passes.
//
//   Sweep PART SHARD SHARDS [FROM [FILTER]]
//
// PART: api (public methods), vectors (System.Runtime.Intrinsics and System.Numerics), or
// extern (private ones that the runtime implements). Each call writes a line before it is
// made, "N<tab>METHOD(arguments)", and its outcome behind that, "<tab>value" or the type of
// the exception: what ends the process is the last line. FROM: numbers of calls to leave out
// before; FILTER: only methods whose names contain it.
// Arguments come from small pools of values of the parameter's type; where all
// combinations would be too many, some are chosen, always the same.
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

static unsafe class Sweep
{
    const int MaxRows = 16;
    static readonly Assembly core = typeof(object).Assembly;
    static FileStream log;
    static long number, from;

    static void Main(string[] args)
    {
        int shard = int.Parse(args[1]), shards = int.Parse(args[2]);
        from = args.Length > 3 ? long.Parse(args[3]) : 0;
        string filter = args.Length > 4 ? args[4] : "";
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        log = new FileStream("/proc/self/fd/1", FileMode.Open, FileAccess.Write,
                             FileShare.ReadWrite, 0);
        if (log.CanSeek)
            log.Seek(0, SeekOrigin.End);
        var subjects = new Subjects(args[0]);
        var types = core.GetTypes().Where(subjects.Has)
                        .OrderBy(t => t.FullName, StringComparer.Ordinal).ToArray();
        for (int i = 0; i < types.Length; i++) {
            if (i % shards != shard)
                continue;
            foreach (var type in subjects.Close(types[i]))
                SweepType(subjects, type, filter);
        }
        log.Flush();
        Process_Exit(0); // no finalizer runs on what was made
    }

    [DllImport("libc", EntryPoint = "_exit")]
    static extern void Process_Exit(int code);

    static void SweepType(Subjects subjects, Type type, string filter)
    {
        foreach (var method in subjects.Methods(type)) {
            string name = type + "." + method.ToString();
            if (!name.Contains(filter))
                continue;
            foreach (var exact in subjects.Close(method))
                SweepMethod(exact, type);
        }
    }

    static void SweepMethod(MethodBase method, Type type)
    {
        var parameters = method.GetParameters();
        var pools = new object[parameters.Length][];
        var receivers = method.IsStatic || method.IsConstructor ? new object[] { null }
                                                                : Pool.Receivers(type);
        long all = receivers.Length;
        bool pointers = parameters.Any(p => p.ParameterType.IsPointer);
        for (int i = 0; i < parameters.Length; i++) {
            pools[i] = Pool.Of(parameters[i].ParameterType);
            if (pointers) // what lies behind the room is nobody's
                pools[i] = pools[i].Where(Pool.IsWithinRoom).ToArray();
            all = Math.Min(all * pools[i].Length, 1 << 20);
        }
        uint seed = 12345;
        for (long row = 0; row < Math.Min(all, MaxRows); row++) {
            long rest = row;
            int Choose(int n)
            {
                if (all <= MaxRows) {
                    int k = (int)(rest % n);
                    rest /= n;
                    return k;
                }
                seed = seed * 1664525 + 1013904223;
                return (int)((seed >> 8) % (uint)n);
            }
            object receiver = receivers[Choose(receivers.Length)];
            var args = new object[pools.Length];
            for (int i = 0; i < args.Length; i++)
                args[i] = pools[i][Choose(pools[i].Length)];
            Call(method, type, receiver, args);
        }
    }

    static void Write(string text)
    {
        log.Write(Encoding.UTF8.GetBytes(text));
    }

    static void Call(MethodBase method, Type type, object receiver, object[] args)
    {
        if (number++ < from)
            return;
        string head = number - 1 + "\t" + type + "." + method + " " +
                      (method.IsStatic || method.IsConstructor ? "" : "[" + Text.Of(receiver) + "]") +
                      "(" + string.Join("; ", args.Select(Text.Of)) + ")";
        Write(head.Replace('\n', ' '));
        string outcome;
        try {
            object result = Invoker.Invoke(method, Pool.Fresh(receiver), args.Select(Pool.Fresh).ToArray());
            outcome = Text.Of(result);
        } catch (Exception e) {
            if (e is TargetInvocationException && e.InnerException != null)
                e = e.InnerException;
            outcome = "! " + e.GetType().FullName;
            if (e is EntryPointNotFoundException)
                outcome += " " + e.Message;
        }
        Write("\t" + outcome.Replace('\n', ' ') + "\n");
    }
}

// Which types and methods.
class Subjects(string part)
{
    static readonly string[] noTypes = {
        "System.Diagnostics.Debugger", "System.Diagnostics.Debug", "System.Diagnostics.DebugProvider",
        "Microsoft.Win32.SafeHandles.SafeFileHandle", "Microsoft.Win32.SafeHandles.SafeWaitHandle",
        "System.IO.FileStream", "System.IO.File", "System.IO.Directory", "System.IO.FileInfo",
        "System.IO.DirectoryInfo", "System.IO.StreamWriter", "System.IO.RandomAccess",
        "System.Threading.Thread", "System.Threading.Barrier", "System.Threading.CountdownEvent",
        "System.Runtime.CompilerServices.Unsafe", "System.Runtime.InteropServices.Marshal",
        "System.Runtime.InteropServices.MemoryMarshal", "System.Runtime.InteropServices.NativeMemory",
        "System.Runtime.InteropServices.GCHandle", "System.Threading.SemaphoreSlim",
        "System.Diagnostics.Stopwatch", "System.Diagnostics.Contracts.Contract",
        "System.Runtime.CompilerServices.ContractHelper", "System.Runtime.InteropServices.NativeLibrary",
        "System.Random", "System.Runtime.CompilerServices.AsyncVoidMethodBuilder",
    };
    static readonly string[] noMethods = {
        "Exit", "FailFast", "Wait", "WaitOne", "WaitAny", "WaitAll", "SignalAndWait", "Sleep",
        "SpinUntil", "SpinWait", "Join", "Abort", "Suspend", "Fail", "Assert",
        "WaitForFullGCComplete", "WaitForFullGCApproach", "WaitForPendingFinalizers",
        "WaitToKillProcess", "set_CurrentDirectory", "Enter", "TryEnter", "EnterReadLock",
        "EnterWriteLock", "EnterUpgradeableReadLock", "GetResult", "get_Result", "EndInvoke",
        "_Exit", "Dispose", "Finalize", "Delete", "Move", "Copy+", "Break", "Launch",
        "SetMaxThreads", "SetMinThreads", "CreateTempSubdirectory", "GetTempFileName",
        "RunSynchronously", "set_CurrentCulture", "set_CurrentUICulture", "set_DefaultThreadCurrentCulture",
        "set_DefaultThreadCurrentUICulture", "SpinOnce", "Collect", "ReRegisterForFinalize",
        "AddMemoryPressure", "RemoveMemoryPressure", "TryStartNoGCRegion", "RefreshMemoryLimit",
        "Box", "Post", "Free", "StoreUnsafe", "LoadUnsafe", "FromIntPtr", "OnCompleted", "UnsafeOnCompleted", "ThrowAsync",
        "AllocateUninitializedArray", "AllocateArray", "set_StackTrace", "EnsureSufficientExecutionStack",
    };

    static bool IsVector(Type type)
    {
        string ns = type.Namespace ?? "";
        return ns.StartsWith("System.Runtime.Intrinsics") || ns == "System.Numerics";
    }

    public bool Has(Type type)
    {
        if (part == "extern")
            return true;
        return type.IsVisible && !noTypes.Contains(type.FullName) && IsVector(type) == (part == "vectors") &&
               !typeof(Delegate).IsAssignableFrom(type);
    }

    public IEnumerable<MethodBase> Methods(Type type)
    {
        const BindingFlags own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Static |
                                 BindingFlags.Instance;
        if (part == "extern")
            return type.GetMethods(own | BindingFlags.NonPublic).Where(IsExtern).OrderBy(Name, StringComparer.Ordinal);
        var methods = type.GetMethods(own).Where(m => !noMethods.Contains(m.Name) && !m.IsAbstract).Cast<MethodBase>();
        return (type.IsAbstract ? methods : methods.Concat(type.GetConstructors()))
            .OrderBy(Name, StringComparer.Ordinal);
    }

    static string Name(MethodBase method) => method.ToString();

    static bool IsExtern(MethodBase method)
    {
        if (noMethods.Contains(method.Name))
            return false;
        return (method.MethodImplementationFlags & MethodImplAttributes.InternalCall) != 0;
    }

    static readonly Type[] arguments = {
        typeof(int), typeof(string), typeof(byte), typeof(float), typeof(long), typeof(Pair),
    };

    // Closed forms; the type itself when it is not generic.
    public IEnumerable<Type> Close(Type type)
    {
        if (!type.IsGenericTypeDefinition) {
            yield return type;
            yield break;
        }
        int n = type.GetGenericArguments().Length;
        foreach (var argument in part == "vectors" ? arguments : arguments.Take(2)) {
            Type closed = null;
            try {
                closed = type.MakeGenericType(Enumerable.Repeat(argument, n).ToArray());
            } catch (ArgumentException) { // a constraint
            }
            if (closed != null)
                yield return closed;
        }
    }

    public IEnumerable<MethodBase> Close(MethodBase method)
    {
        if (!method.IsGenericMethodDefinition) {
            yield return method;
            yield break;
        }
        int n = method.GetGenericArguments().Length;
        foreach (var argument in arguments) {
            MethodBase closed = null;
            try {
                closed = ((MethodInfo)method).MakeGenericMethod(Enumerable.Repeat(argument, n).ToArray());
            } catch (ArgumentException) {
            } catch (TypeLoadException) { // a constraint of a parameter's type
            }
            if (closed != null)
                yield return closed;
        }
    }
}

struct Pair
{
    public int A;
    public string B;
    public override string ToString() => A + "," + B;
}

// What a span's or another by-ref-like parameter is made of.
class SpanOf(Array array)
{
    public readonly Array Array = array;
}

// Values by type.
static unsafe class Pool
{
    static readonly Dictionary<Type, object[]> known = new();
    static readonly byte* room = Zeroed();

    static byte* Zeroed()
    {
        var bytes = (byte*)NativeMemory.AlignedAlloc(65536, 4096);
        NativeMemory.Clear(bytes, 65536);
        return bytes;
    }

    static readonly Type[] types = {
        typeof(int), typeof(string), typeof(List<>), typeof(List<int>), typeof(int).MakeByRefType(), typeof(int*),
        typeof(void), typeof(delegate*<int, void>), typeof(int[,]), typeof(int[]), typeof(List<>).GetGenericArguments()[0],
        typeof(Span<int>), typeof(int?), typeof(DayOfWeek), typeof(Pair), typeof(TypedReference),
        typeof(IComparable<>), typeof(Delegate), typeof(Action), typeof(Array), typeof(Enum), typeof(void*),
        typeof(List<>).MakeArrayType(), typeof(Dictionary<,>).MakeGenericType(typeof(int), typeof(List<>).GetGenericArguments()[0]),
        typeof(Environment), typeof(ValueType), typeof(object), typeof(ArgIterator),
    };

    static Type G(Type type) => type;

    static readonly MethodBase[] methods = {
        typeof(string).GetMethod("Trim", Type.EmptyTypes), typeof(List<>).GetMethod("Add"),
        typeof(List<int>).GetMethod("Add"), typeof(Array).GetMethod("Empty"),
        typeof(object).GetConstructor(Type.EmptyTypes), typeof(List<>).GetConstructor(Type.EmptyTypes),
        typeof(IComparable<>).GetMethod("CompareTo"),
    };

    static readonly FieldInfo[] fields = {
        typeof(string).GetField("Empty"), typeof(int).GetField("MaxValue"), typeof(Pair).GetField("B"),
        typeof(List<>).GetField("_items", BindingFlags.NonPublic | BindingFlags.Instance),
    };

    // One of many kinds, where a parameter is a class or an interface.
    static readonly object[] objects = {
        "a", 5, new int[2], typeof(int), new List<int> { 1, 2 }, new List<string> { "x", null },
        new Dictionary<int, int> { [1] = 2 }, new Dictionary<string, string> { ["a"] = "b" },
        CultureInfo.InvariantCulture, new StringBuilder("ab"), new MemoryStream(new byte[] { 65, 66, 67 }),
        new UTF8Encoding(), Encoding.Unicode, new Version(1, 2), new CancellationTokenSource(),
        typeof(object).Assembly, typeof(object).Module, methods[0], methods[4], fields[0], fields[1],
        methods[1].GetParameters()[0], typeof(string).GetProperty("Length"), new Exception("e"),
        new ArgumentException("m", "p"), Comparer<int>.Default, EqualityComparer<string>.Default, StringComparer.Ordinal,
        Task.CompletedTask, Task.FromResult(3), new WeakReference("w"), new WeakReference<string>("w"),
        DayOfWeek.Friday, new DateTime(2020, 2, 3), 1.5, 'c', true, 7m, new Guid("00010203-0405-0607-0809-0a0b0c0d0e0f"),
        new object(), new string[] { "x", null }, new object[] { 1, "b" }, new Pair { A = 1, B = "p" }, new byte[] { 1, 2, 3 },
        new char[] { 'a', 'b' }, new GregorianCalendar(), TimeZoneInfo.Utc, NumberFormatInfo.InvariantInfo,
        DateTimeFormatInfo.InvariantInfo, CultureInfo.InvariantCulture.CompareInfo, CultureInfo.InvariantCulture.TextInfo,
        new StringReader("ab\ncd"), new StringWriter(), new System.Collections.ArrayList { 1 }, new System.Collections.Hashtable(),
        AppDomain.CurrentDomain, System.Runtime.Loader.AssemblyLoadContext.Default, new AssemblyName("a"),
        new Lazy<int>(() => 4), new ManualResetEvent(true), new HashSet<int> { 1 }, new Queue<int>(), (Action)(() => { }),
        (Func<int>)(() => 1), (Comparison<int>)((a, b) => a - b), (Predicate<int>)(a => a > 0), (Func<int, int>)(a => a),
        (Action<object>)(o => { }), (Func<object, object>)(o => o), (Action<int>)(i => { }), (Func<string, string>)(s => s),
        (Comparison<string>)string.CompareOrdinal, (Predicate<string>)(s => s == null), new EventArgs(), new Progress<int>(),
        new ThreadLocal<int>(() => 2), new AsyncLocal<int>(), new SynchronizationContext(), ExecutionContext.Capture(),
    };

    static readonly object[] receivers = objects;

    static object[] Make(Type t)
    {
        if (t.IsByRef)
            return Of(t.GetElementType());
        if (t.IsFunctionPointer || t.IsUnmanagedFunctionPointer)
            return new object[] { IntPtr.Zero };
        if (t.IsPointer)
            return new object[] { Pointer.Box(null, t), Pointer.Box(room, t) };
        if (t.IsEnum)
            return new[] { 0, 1, -1, 127 }.Select(i => Enum.ToObject(t, i)).ToArray();
        switch (Type.GetTypeCode(t)) {
        case TypeCode.Boolean: return new object[] { false, true };
        case TypeCode.Char: return new object[] { '\0', 'a', '5', '\ud800', '\uffff' };
        case TypeCode.SByte: return new object[] { (sbyte)0, (sbyte)1, (sbyte)-1, sbyte.MinValue, sbyte.MaxValue };
        case TypeCode.Byte: return new object[] { (byte)0, (byte)1, (byte)65, byte.MaxValue };
        case TypeCode.Int16: return new object[] { (short)0, (short)1, (short)-1, short.MinValue, short.MaxValue };
        case TypeCode.UInt16: return new object[] { (ushort)0, (ushort)1, ushort.MaxValue };
        case TypeCode.Int32: return new object[] { 0, 1, -1, 3, int.MinValue, int.MaxValue, 100 };
        case TypeCode.UInt32: return new object[] { 0u, 1u, 7u, uint.MaxValue };
        case TypeCode.Int64: return new object[] { 0L, 1L, -1L, long.MinValue, long.MaxValue, 1L << 40 };
        case TypeCode.UInt64: return new object[] { 0ul, 1ul, ulong.MaxValue, 1ul << 40 };
        case TypeCode.Single: return new object[] { 0f, 1.5f, -1f, float.NaN, float.PositiveInfinity, 1e30f };
        case TypeCode.Double: return new object[] { 0.0, 1.5, -1.0, double.NaN, double.NegativeInfinity, 1e300 };
        case TypeCode.Decimal: return new object[] { 0m, 1.50m, decimal.MinValue, decimal.MaxValue };
        case TypeCode.DateTime: return new object[] { default(DateTime), DateTime.MaxValue, new DateTime(2020, 2, 29) };
        case TypeCode.String: return new object[] { null, "", "a", "System.Int32", "12", "g", "\ud800x\0", "{0}" };
        }
        if (t == typeof(IntPtr)) return new object[] { IntPtr.Zero, (IntPtr)room };
        if (t == typeof(UIntPtr)) return new object[] { UIntPtr.Zero, (UIntPtr)16 };
        if (t == typeof(Type)) return types.Prepend(null).Cast<object>().ToArray();
        if (t == typeof(RuntimeTypeHandle))
            return types.Select(x => (object)x.TypeHandle).Prepend(default(RuntimeTypeHandle)).ToArray();
        if (t == typeof(RuntimeMethodHandle))
            return methods.Select(x => (object)x.MethodHandle).Prepend(default(RuntimeMethodHandle)).ToArray();
        if (t == typeof(RuntimeFieldHandle))
            return fields.Select(x => (object)x.FieldHandle).Prepend(default(RuntimeFieldHandle)).ToArray();
        if (t.Name == "RuntimeType")
            return types.Prepend(null).Cast<object>().ToArray();
        if (t == typeof(Array))
            return new object[] { null, new int[0], new[] { 3, 1, 2 }, new int[2, 2], new string[] { "b", "a", null },
                Array.CreateInstance(typeof(int), new[] { 2 }, new[] { 1 }), new Pair[2], new byte[300] };
        if (t == typeof(object))
            return new object[] { null, "a", 5, new int[2], typeof(int), DayOfWeek.Friday, new Pair(), 1.5, new object() };
        if (t.IsByRefLike)
            return Spans(t);
        if (t.IsArray && t.GetArrayRank() == 1)
            return Arrays(t.GetElementType()).Prepend(null).ToArray();
        if (Nullable.GetUnderlyingType(t) is Type u)
            return Of(u).Take(2).Prepend(null).ToArray();
        if (t.IsValueType)
            return Structs(t);
        var fits = Assignable(t).Take(4);
        return fits.Prepend(null).ToArray();
    }

    static IEnumerable<object> Assignable(Type t) =>
        objects.Concat(methods).Concat(fields).Concat(types).Where(o => t.IsAssignableFrom(o.GetType()));

    static IEnumerable<object> Arrays(Type element)
    {
        Type clean = element;
        if (clean.IsByRefLike || clean == typeof(void))
            yield break;
        yield return Array.CreateInstance(clean, 0);
        foreach (int n in new[] { 3, 70 }) {
            var array = Array.CreateInstance(clean, n);
            var values = element.IsPointer || element.IsFunctionPointer ? null : Of(element);
            for (int i = 0; values != null && i < n && n < 70; i++)
                array.SetValue(values[i % values.Length], i);
            yield return array;
        }
    }

    static object[] Spans(Type t)
    {
        bool span = t.IsGenericType && (t.GetGenericTypeDefinition() == typeof(Span<>) ||
                                        t.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>));
        if (!span)
            return new object[] { new SpanOf(null) };
        return Arrays(t.GetGenericArguments()[0]).Select(a => (object)new SpanOf((Array)a)).ToArray();
    }

    static bool IsNumeric(Type t)
    {
        string ns = t.Namespace ?? "";
        return ns.StartsWith("System.Runtime.Intrinsics") || ns == "System.Numerics" || t == typeof(Int128) ||
               t == typeof(UInt128) || t == typeof(Half) || t == typeof(Guid);
    }

    // The default value, and of plain numbers two with other bits.
    static object[] Structs(Type t)
    {
        object zero = RuntimeHelpers.GetUninitializedObject(t);
        if (!IsNumeric(t))
            return new[] { zero };
        try {
            return new[] { zero, Filled(t, 1, 1), Filled(t, 0x3f, 3), Filled(t, 255, 0) };
        } catch (ArgumentException) {
            return new[] { zero };
        } catch (NotSupportedException) {
            return new[] { zero };
        }
    }

    static object Filled(Type t, int first, int step)
    {
        object boxed = RuntimeHelpers.GetUninitializedObject(t);
        int size = (int)typeof(Unsafe).GetMethod("SizeOf").MakeGenericMethod(t).Invoke(null, null);
        fixed (byte* at = &Unsafe.As<Box>(boxed).First)
            for (int i = 0; i < size; i++)
                at[i] = (byte)(first + i * step);
        return boxed;
    }

    class Box
    {
        public byte First;
    }

    public static object[] Of(Type t)
    {
        if (known.TryGetValue(t, out var values))
            return values;
        try {
            values = Make(t);
        } catch (Exception e) when (e is NotSupportedException or ArgumentException or TypeLoadException) {
            values = new object[] { null };
        }
        return known[t] = values;
    }

    public static object[] Receivers(Type t)
    {
        if (t.IsByRefLike)
            return new object[0];
        if (t.IsPrimitive || t.IsEnum || t.IsValueType || t == typeof(string) || t == typeof(Array) || t == typeof(Type))
            return Of(t).Where(v => v != null).ToArray();
        var fits = Assignable(t).Take(4).ToArray();
        if (fits.Length > 0 || t.IsAbstract || t.IsInterface)
            return fits;
        try {
            return new[] { Activator.CreateInstance(t) };
        } catch (Exception) {
            return new object[0];
        }
    }

    // A copy of what calls change.
    public static object Fresh(object value)
    {
        if (value is SpanOf span)
            return span.Array == null ? span : new SpanOf((Array)span.Array.Clone());
        return value switch {
            Array a => a.Clone(),
            List<int> l => new List<int>(l),
            List<string> l => new List<string>(l),
            StringBuilder b => new StringBuilder(b.ToString()),
            MemoryStream => new MemoryStream(new byte[] { 65, 66, 67 }),
            Dictionary<int, int> d => new Dictionary<int, int>(d),
            Dictionary<string, string> d => new Dictionary<string, string>(d),
            System.Collections.ArrayList => new System.Collections.ArrayList { 1 },
            System.Collections.Hashtable => new System.Collections.Hashtable(),
            StringReader => new StringReader("ab\ncd"),
            StringWriter => new StringWriter(),
            _ => value,
        };
    }

    public static bool IsWithinRoom(object value) => value switch {
        int i => i < 1000,
        uint u => u < 1000,
        long l => l < 1000,
        ulong u => u < 1000,
        _ => true,
    };

    public static bool IsRoom(void* p) => p == room;
}

// Values as text that is the same in each process.
static unsafe class Text
{
    public static string Of(object value)
    {
        switch (value) {
        case null: return "null";
        case string s: return "\"" + Escape(s.Length > 80 ? s.Substring(0, 80) + ".." + s.Length : s) + "\"";
        case SpanOf s: return "span " + Of(s.Array);
        case Array a: return a.GetType().GetElementType() + Sizes(a) + Elements(a);
        case char c: return "'" + Escape(c.ToString()) + "'";
        case double d: return d.ToString("R") + (BitConverter.DoubleToInt64Bits(d) == long.MinValue ? "(-0)" : "");
        case IntPtr p: return p == 0 ? "0" : Pool.IsRoom((void*)p) ? "room" : "ptr";
        case UIntPtr p: return p < 4096 ? p.ToString() : "uptr";
        case Pointer p: return Pointer.Unbox(p) == null ? "null*" : Pool.IsRoom(Pointer.Unbox(p)) ? "room*" : "ptr*";
        case RuntimeTypeHandle h: return "handle " + Type.GetTypeFromHandle(h);
        case RuntimeMethodHandle h: return "method handle" + (h.Value == 0 ? " 0" : "");
        case RuntimeFieldHandle h: return "field handle" + (h.Value == 0 ? " 0" : "");
        case Delegate d: return d.GetType().ToString();
        case Exception e: return e.GetType().ToString();
        case Type t: return "type " + t;
        case MemberInfo m: return m.MemberType + " " + m;
        case IConvertible: return Escape(value.ToString());
        }
        var type = value.GetType();
        if (type.IsValueType && type.Assembly == typeof(object).Assembly) {
            try {
                return type.Name + " " + Escape(value.ToString());
            } catch (Exception e) {
                return type.Name + " !" + e.GetType().Name;
            }
        }
        return type.ToString();
    }

    static string Sizes(Array a) =>
        "[" + string.Join(",", Enumerable.Range(0, a.Rank).Select(i => a.GetLength(i))) + "]";

    static string Elements(Array a)
    {
        if (a.Rank != 1 || a.GetType().GetElementType().IsPointer || a.GetType().GetElementType().IsFunctionPointer)
            return "";
        return "{" + string.Join(",", a.Cast<object>().Take(4).Select(Of)) + "}";
    }

    static string Escape(string s)
    {
        var b = new StringBuilder();
        foreach (char c in s)
            if (c < ' ' || c >= 127)
                b.Append($"\\{(int)c:x}");
            else
                b.Append(c);
        return b.ToString();
    }
}

// Calls by reflection, or through a method that makes by-ref-like arguments.
static class Invoker
{
    static MethodBase last;
    static Func<object[], object> thunk;

    public static object Invoke(MethodBase method, object receiver, object[] args)
    {
        bool refs = method.GetParameters().Any(p => Target(p.ParameterType).IsByRefLike) ||
                    method is MethodInfo m && Target(m.ReturnType).IsByRefLike ||
                    method.DeclaringType.IsByRefLike;
        if (!refs || method.GetParameters().Any(p => p.ParameterType.IsPointer))
            return method is ConstructorInfo c ? c.Invoke(args) : method.Invoke(receiver, args);
        if (method != last) {
            thunk = Thunk(method);
            last = method;
        }
        return thunk(method.IsStatic || method.IsConstructor ? args : args.Prepend(receiver).ToArray());
    }

    static Type Target(Type t) => t.IsByRef ? t.GetElementType() : t;

    static Func<object[], object> Thunk(MethodBase method)
    {
        var made = new DynamicMethod("thunk", typeof(object), new[] { typeof(object[]) }, typeof(Sweep).Module, true);
        var il = made.GetILGenerator();
        int at = 0;
        if (!method.IsStatic && !method.IsConstructor) {
            var type = method.DeclaringType;
            Load(il, at++);
            il.Emit(type.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, type);
        }
        foreach (var p in method.GetParameters())
            Argument(il, at++, p.ParameterType);
        var result = method is MethodInfo m ? m.ReturnType : method.DeclaringType;
        if (method is ConstructorInfo c)
            il.Emit(OpCodes.Newobj, c);
        else
            il.Emit(method.IsStatic || method.DeclaringType.IsValueType ? OpCodes.Call : OpCodes.Callvirt, (MethodInfo)method);
        Result(il, result);
        il.Emit(OpCodes.Ret);
        return made.CreateDelegate<Func<object[], object>>();
    }

    static void Load(ILGenerator il, int at)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, at);
        il.Emit(OpCodes.Ldelem_Ref);
    }

    static void Argument(ILGenerator il, int at, Type type)
    {
        var target = Target(type);
        var local = il.DeclareLocal(target);
        if (target.IsByRefLike) {
            bool span = target.IsGenericType && (target.GetGenericTypeDefinition() == typeof(Span<>) ||
                                                 target.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>));
            if (span) {
                Load(il, at);
                il.Emit(OpCodes.Castclass, typeof(SpanOf));
                il.Emit(OpCodes.Ldfld, typeof(SpanOf).GetField("Array"));
                var array = target.GetGenericArguments()[0].MakeArrayType();
                il.Emit(OpCodes.Castclass, array);
                il.Emit(OpCodes.Newobj, target.GetConstructor(new[] { array }));
                il.Emit(OpCodes.Stloc, local);
            }
        } else {
            Load(il, at);
            il.Emit(OpCodes.Unbox_Any, target);
            il.Emit(OpCodes.Stloc, local);
        }
        il.Emit(type.IsByRef ? OpCodes.Ldloca : OpCodes.Ldloc, local);
    }

    static void Result(ILGenerator il, Type result)
    {
        if (result == typeof(void)) {
            il.Emit(OpCodes.Ldnull);
        } else if (result.IsByRef || result.IsPointer) {
            il.Emit(OpCodes.Pop);
            il.Emit(OpCodes.Ldstr, "reference");
        } else if (result.IsByRefLike) {
            bool span = result.IsGenericType && (result.GetGenericTypeDefinition() == typeof(Span<>) ||
                                                 result.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>));
            if (span) {
                var local = il.DeclareLocal(result);
                il.Emit(OpCodes.Stloc, local);
                il.Emit(OpCodes.Ldloca, local);
                il.Emit(OpCodes.Call, result.GetMethod("ToArray"));
            } else {
                il.Emit(OpCodes.Pop);
                il.Emit(OpCodes.Ldstr, "by-ref-like");
            }
        } else if (result.IsValueType) {
            il.Emit(OpCodes.Box, result);
        }
    }
}
