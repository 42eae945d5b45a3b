// Net10Marshal.cs - kinds of parameters and fields that go to native code, for programs of .NET:
// booleans and characters, texts, arrays, structures, delegates in structures, own marshalers, what is
// refused. The native side is net10interop.c.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

static unsafe class Net10Marshal
{
    const string L = "net10interop";
    struct S1 { public int a; public double b; }
    struct WithArray { [MarshalAs(UnmanagedType.ByValArray, SizeConst = 3)] public int[] a; public byte b; }
    struct WithBools { public bool a; [MarshalAs(UnmanagedType.U1)] public bool b; [MarshalAs(UnmanagedType.VariantBool)] public bool c; [MarshalAs(UnmanagedType.I1)] public bool d; }
    [StructLayout(LayoutKind.Explicit)] struct Union { [FieldOffset(0)] public int i; [FieldOffset(0)] public float f; [FieldOffset(8)] public double d; }
    struct Nested { public S1 one; public WithArray two; [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 6)] public string text; }
    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)] struct Wide { public char c; [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 4)] public string s; public string p; }
    struct WithDelegate { public Kept f; public int n; }
    struct WithInterface { public object o; }
    struct WithDecimal { public decimal d; public DateTime t; public Guid g; }
    [StructLayout(LayoutKind.Auto)] struct Auto { public byte a; public long b; }
    struct Chars { public char c; [MarshalAs(UnmanagedType.I1)] public char d; }
    [StructLayout(LayoutKind.Sequential)] class C1 { public int a; public double b; }
    enum Small : byte { A = 3 }
    delegate IntPtr Kept(IntPtr p);
    delegate double Both(S1 a, ref S1 b);

    [DllImport(L)] static extern int bool4(bool b);
    [DllImport(L)] static extern int bool1([MarshalAs(UnmanagedType.I1)] bool b);
    [DllImport(L)] static extern int vbool([MarshalAs(UnmanagedType.VariantBool)] bool b);
    [DllImport(L, EntryPoint = "vbool")] static extern int vbool_ref([MarshalAs(UnmanagedType.VariantBool)] ref bool b);
    [DllImport(L, EntryPoint = "bool4")] [return: MarshalAs(UnmanagedType.Bool)] static extern bool bool_back(int n);
    [DllImport(L, EntryPoint = "bool4")] [return: MarshalAs(UnmanagedType.U1)] static extern bool byte_back(int n);
    [DllImport(L, EntryPoint = "vbool")] [return: MarshalAs(UnmanagedType.VariantBool)] static extern bool vbool_back(short n);
    [DllImport(L)] static extern int char1(char c);
    [DllImport(L, CharSet = CharSet.Unicode)] static extern int char2(char c);
    [DllImport(L, EntryPoint = "char1", CharSet = CharSet.Ansi)] static extern char char_back(byte c);
    [DllImport(L, EntryPoint = "char2", CharSet = CharSet.Unicode)] static extern char wide_back(ushort c);
    [DllImport(L)] static extern int len8([MarshalAs(UnmanagedType.LPUTF8Str)] string s);
    [DllImport(L, CharSet = CharSet.Unicode)] static extern int len16(string s);
    [DllImport(L, EntryPoint = "len16")] static extern int len_bstr([MarshalAs(UnmanagedType.BStr)] string s);
    [DllImport(L, EntryPoint = "len8")] static extern int len_ansi_bstr([MarshalAs(UnmanagedType.AnsiBStr)] string s);
    [DllImport(L, EntryPoint = "len8")] static extern int len_auto([MarshalAs(UnmanagedType.LPTStr)] string s);
    [DllImport(L)] static extern string ret8(int n);
    [DllImport(L)] static extern void fill8(StringBuilder b, int n);
    [DllImport(L, CharSet = CharSet.Unicode)] static extern void fill16(StringBuilder b, int n);
    [DllImport(L)] static extern void ref8(ref string s);
    [DllImport(L)] static extern void out8(out string s);
    [DllImport(L)] static extern S1 s1ret(int a);
    [DllImport(L)] static extern void s1ref(ref S1 s);
    [DllImport(L, EntryPoint = "s1ref")] static extern void s1class([In, Out] C1 s);
    [DllImport(L)] static extern int cls(C1 s);
    [DllImport(L)] static extern int cbs(Both f, int n);
    [DllImport(L)] static extern void keep(Kept f);
    [DllImport(L)] static extern IntPtr kept_call(IntPtr p);
    [DllImport(L, SetLastError = true)] static extern int seterr(int e);
    [DllImport(L, EntryPoint = "seterr")] static extern int seterr_lost(int e);
    [DllImport(L)] static extern int strs(string[] a, int n);
    [DllImport(L, EntryPoint = "grid")] static extern int grid(int[,] a);
    [DllImport(L)] static extern double dec(ref decimal d);
    [DllImport(L)] static extern int guid(ref Guid g);
    [DllImport(L, EntryPoint = "guid")] static extern int guid_by([MarshalAs(UnmanagedType.LPStruct)] Guid g);
    [DllImport(L)] static extern int outarr([MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 1)] out int[] a, out int n);
    [DllImport(L)] static extern void i128(out Int128 r, Int128 a);
    [DllImport(L, EntryPoint = "i128")] static extern void i128_refs(Int128* r, ref Int128 a);
    [DllImport(L)] static extern int s1arr([In, Out] S1[] a, int n);
    [DllImport(L, EntryPoint = "s1arr")] static extern int s1arr_in(S1[] a, int n);
    [DllImport(L, EntryPoint = "sum_bools")] static extern int sum_bools(bool[] a, int n);
    [DllImport(L, EntryPoint = "sum_array")] static extern int sum_list([MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 1)] int[] a, int n);
    [DllImport(L)] static extern CLong lng(CLong a);
    [DllImport(L)] static extern float fl(float a, double b, int c, float d);
    [DllImport(L)] static extern int many(int a, int b, int c, int d, int e, int f, int g, sbyte h, short i, long j);
    [DllImport(L, EntryPoint = "len8")] static extern int custom([MarshalAs(UnmanagedType.CustomMarshaler, MarshalTypeRef = typeof(Reverse), MarshalCookie = "cookie")] string s);
    [DllImport(L, EntryPoint = "ret8")] [return: MarshalAs(UnmanagedType.CustomMarshaler, MarshalTypeRef = typeof(Reverse))] static extern string custom_back(int n);
    [DllImport(L, EntryPoint = "bool4")] static extern int small(Small s);
    [DllImport(L, EntryPoint = "bool4")] static extern int object_param(object o);
    [DllImport(L, EntryPoint = "bool4")] static extern int list_param(List<int> o);
    [DllImport(L, EntryPoint = "bool4")] static extern int auto_param(Auto a);
    [DllImport(L, EntryPoint = "bool4")] static extern int vector_param(System.Runtime.Intrinsics.Vector128<int> a);
    [DllImport(L, EntryPoint = "bool4")] static extern int nullable_param(int? a);
    [DllImport(L, EntryPoint = "bool4")] static extern int span_param(Span<int> a);
    [DllImport(L, EntryPoint = "bool4")] static extern int tuple_param((int, int) a);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_bool([MarshalAs(UnmanagedType.LPStr)] bool b);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_text([MarshalAs(UnmanagedType.I4)] string s);
    [DllImport(L, EntryPoint = "bool4")] static extern int safearray([MarshalAs(UnmanagedType.SafeArray)] int[] s);
    [DllImport(L, EntryPoint = "bool4")] static extern int currency([MarshalAs(UnmanagedType.Currency)] decimal d);
    [DllImport(L, EntryPoint = "bool4")] static extern int variant([MarshalAs(UnmanagedType.Struct)] object o);
    [DllImport(L, EntryPoint = "bool4")] static extern int jagged(int[][] a);
    struct WithBadBool { public int a; [MarshalAs(UnmanagedType.VariantBool)] public bool c; }
    struct WithBadNested { public int a; public WithBadBool b; }
    struct WithBuilder { public StringBuilder b; }
    struct WithList { public List<int> l; }
    struct WithArrayBare { public int[] a; }
    struct WithCustom { [MarshalAs(UnmanagedType.CustomMarshaler, MarshalTypeRef = typeof(Reverse))] public string s; }
    struct WithBadText { [MarshalAs(UnmanagedType.I4)] public string s; }
    struct WithBadNumber { [MarshalAs(UnmanagedType.R8)] public int n; }
    struct WithTextsOf { [MarshalAs(UnmanagedType.BStr)] public string a; [MarshalAs(UnmanagedType.LPTStr)] public string b; [MarshalAs(UnmanagedType.LPWStr)] public string c; }
    struct WithMoney { [MarshalAs(UnmanagedType.Currency)] public decimal a; public decimal b; }
    struct Pair<T> { public T a, b; }
    interface ISome { }
    class NoLayout { public int a; }
    delegate T Generic<T>(T t);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_field(WithBadBool a);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_nested(WithBadNested a);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_field_ref(ref WithBadBool a);
    [DllImport(L, EntryPoint = "bool4")] static extern int builder_field(ref WithBuilder a);
    [DllImport(L, EntryPoint = "bool4")] static extern int list_field(ref WithList a);
    [DllImport(L, EntryPoint = "bool4")] static extern int array_field(ref WithArrayBare a);
    [DllImport(L, EntryPoint = "bool4")] static extern int custom_field(ref WithCustom a);
    [DllImport(L, EntryPoint = "bool4")] static extern int text_field(ref WithBadText a);
    [DllImport(L, EntryPoint = "bool4")] static extern int number_field(ref WithBadNumber a);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_char([MarshalAs(UnmanagedType.I4)] char c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_byte([MarshalAs(UnmanagedType.I4)] byte c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_short([MarshalAs(UnmanagedType.I4)] short c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_int([MarshalAs(UnmanagedType.I8)] int c);
    [DllImport(L, EntryPoint = "bool4")] static extern int good_int([MarshalAs(UnmanagedType.Error)] int c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_long([MarshalAs(UnmanagedType.I4)] long c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_float([MarshalAs(UnmanagedType.R8)] float c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_double([MarshalAs(UnmanagedType.R4)] double c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_native([MarshalAs(UnmanagedType.I8)] nint c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_enum([MarshalAs(UnmanagedType.I4)] Small c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_guid([MarshalAs(UnmanagedType.I4)] Guid c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_decimal([MarshalAs(UnmanagedType.I4)] decimal c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_date([MarshalAs(UnmanagedType.I4)] DateTime c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_struct([MarshalAs(UnmanagedType.I4)] S1 c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_class([MarshalAs(UnmanagedType.I4)] C1 c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_delegate([MarshalAs(UnmanagedType.I4)] Kept c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_builder([MarshalAs(UnmanagedType.BStr)] StringBuilder c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_object([MarshalAs(UnmanagedType.I4)] object c);
    [DllImport(L, EntryPoint = "bool4")] static extern int iunknown([MarshalAs(UnmanagedType.IUnknown)] object c);
    [DllImport(L, EntryPoint = "bool4")] static extern int interface_param(ISome c);
    [DllImport(L, EntryPoint = "bool4")] static extern int no_layout(NoLayout c);
    [DllImport(L, EntryPoint = "bool4")] static extern int generic_delegate(Generic<int> c);
    [DllImport(L, EntryPoint = "bool4")] static extern int action(Action c);
    [DllImport(L, EntryPoint = "bool4")] static extern int handle_as([MarshalAs(UnmanagedType.I8)] SafeHandle c);
    [DllImport(L, EntryPoint = "bool4")] static extern int handles(SafeHandle[] c);
    [DllImport(L, EntryPoint = "bool4")] static extern int objects(object[] c);
    [DllImport(L, EntryPoint = "bool4")] static extern int classes(C1[] c);
    [DllImport(L, EntryPoint = "bool4")] static extern int lists(List<int>[] c);
    [DllImport(L, EntryPoint = "bool4")] static extern int delegates(Kept[] c);
    [DllImport(L, EntryPoint = "bool4")] static extern int tuples((int, int)[] c);
    [DllImport(L, EntryPoint = "bool4")] static extern int autos(Auto[] c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_texts([MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.I4)] string[] c);
    [DllImport(L, EntryPoint = "bool4")] static extern int bad_dates([MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.I4)] DateTime[] c);
    [DllImport(L, EntryPoint = "texts_wide")] static extern int wide_texts([MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPWStr)] string[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of")] static extern int char_bytes(char[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of", CharSet = CharSet.Unicode)] static extern int wide_chars(char[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of")] static extern int bool_bytes([MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.U1)] bool[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of")] static extern int odd_bools([MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.R8)] bool[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of")] static extern int odd_ints([MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.R8)] int[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of")] static extern int enum_bytes(Small[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of")] static extern int pair_bytes(Pair<int>[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of")] static extern int date_bytes(DateTime[] a, int n);
    [DllImport(L, EntryPoint = "bytes_of")] static extern int decimal_bytes(decimal[] a, int n);
    [DllImport(L)] static extern int grow_array([MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 1)] ref int[] a, ref int n);
    [DllImport(L, EntryPoint = "outarr")] static extern int out_unsized(out int[] a, out int n);
    [DllImport(L, EntryPoint = "outarr")] static extern int out_const([MarshalAs(UnmanagedType.LPArray, SizeConst = 2)] out int[] a, out int n);
    [DllImport(L, EntryPoint = "ret8")] static extern int[] array_back(int n);
    [DllImport(L, EntryPoint = "bytes8")] static extern long currency_bits([MarshalAs(UnmanagedType.Currency)] decimal d);
    [DllImport(L, EntryPoint = "bytes8")] [return: MarshalAs(UnmanagedType.Currency)] static extern decimal currency_back(long n);
    [DllImport(L, EntryPoint = "bytes8")] static extern long generic_struct(Pair<int> p);
    [DllImport(L, EntryPoint = "bytes8")] static extern long generic_bools(Pair<bool> p);
    [DllImport(L)] static extern int no_such_function();
    [DllImport("no_such_library")] static extern int no_such_library();

    class Reverse : ICustomMarshaler
    {
        readonly string cookie;
        Reverse(string cookie) => this.cookie = cookie;
        public static ICustomMarshaler GetInstance(string cookie)
        {
            Console.WriteLine("instance '" + cookie + "'");
            return new Reverse(cookie);
        }
        public IntPtr MarshalManagedToNative(object o) { Console.WriteLine("to native " + o); return Marshal.StringToCoTaskMemUTF8(o + cookie); }
        public object MarshalNativeToManaged(IntPtr p) => new string(Marshal.PtrToStringUTF8(p).Reverse().ToArray());
        public void CleanUpNativeData(IntPtr p) { Console.WriteLine("clean"); Marshal.FreeCoTaskMem(p); }
        public void CleanUpManagedData(object o) => Console.WriteLine("clean managed");
        public int GetNativeDataSize() => -1;
    }

    static void T(string what, Func<object> f)
    {
        try { Console.WriteLine(what + " = " + f()); }
        catch (Exception e) { Console.WriteLine(what + " ! " + e.GetType() + ": " + e.Message.Split('\n')[0]); }
    }

    static string Bytes<T>(T value) where T : struct
    {
        int size = Marshal.SizeOf<T>();
        IntPtr p = Marshal.AllocHGlobal(size);
        new Span<byte>((void*)p, size).Clear();
        Marshal.StructureToPtr(value, p, false);
        string text = Convert.ToHexString(new Span<byte>((void*)p, size));
        Marshal.DestroyStructure<T>(p);
        Marshal.FreeHGlobal(p);
        return size + " " + text;
    }

    static void Main()
    {
        Scalars();
        Texts();
        Arrays();
        Structures();
        Refused();
    }

    static void Scalars()
    {
        T("bool", () => bool4(true) + " " + bool1(true) + " " + bool_back(256) + " " + byte_back(256) + " " + byte_back(257));
        T("VARIANT_BOOL", () => vbool(true) + " " + vbool(false));
        T("VARIANT_BOOL back", () => vbool_back(-1) + " " + vbool_back(1) + " " + vbool_back(0));
        foreach (char c in "A\u00e9\u20ac\ud83d\0")
            T("char " + (int)c, () => char1(c) + " " + char2(c));
        T("char back", () => (int)char_back(65) + " " + (int)wide_back(0x20ac));
        T("char back, no ASCII", () => (int)char_back(0xc3));
        T("error", () => { seterr(11); int first = Marshal.GetLastPInvokeError(); seterr_lost(12); return first + " " + Marshal.GetLastPInvokeError() + " " + Marshal.GetLastWin32Error(); });
        T("error text", () => Marshal.GetPInvokeErrorMessage(2));
        T("long", () => lng(new CLong(41)).Value);
        T("floats", () => fl(1.5f, 2.25, 3, 4.5f) + " " + many(1, 2, 3, 4, 5, 6, 7, -8, -9, 10));
        T("enum", () => small(Small.A));
        T("decimal", () => { decimal d = 12345678.9m; return dec(ref d); });
        T("guid", () => { var g = new Guid("01020304-0506-0708-090a-0b0c0d0e0f10"); return guid(ref g) + " " + guid_by(g); });
        T("Int128", () => { i128(out Int128 r, 41); return r; });
        T("Int128, by reference", () => { Int128 r, a = 41; i128_refs(&r, ref a); return "called"; });
    }

    static void Texts()
    {
        T("text", () => len8("h\u00e9\ud83d\ude00") + " " + len16("h\u00e9") + " " + len_auto("h\u00e9") + " " + len8(null) + " " + len16(null));
        T("BSTR", () => len_bstr("four") + " " + len_ansi_bstr("four"));
        T("text back", () => ret8(1) + " " + (ret8(-1) == null));
        T("builder", () => { var b = new StringBuilder("before", 20); fill8(b, 20); return b + " " + b.Capacity + " " + b.Length; });
        T("builder, wide", () => { var b = new StringBuilder(10); fill16(b, 10); return b + " " + b.Length; });
        T("builder, null", () => { fill8(null, 0); return "called"; });
        T("text by reference", () => { string s = "old"; ref8(ref s); out8(out string o); return s + " " + o; });
        T("lone surrogate", () => len8("\ud83d"));
        T("own marshaler", () => custom("text") + " " + custom(null));
        T("own marshaler again", () => custom("again"));
        T("own marshaler back", () => custom_back(1));
    }

    static void Arrays()
    {
        T("texts", () => strs(new[] { "a", null, "ccc" }, 3));
        T("matrix", () => grid(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }));
        T("array out", () => { outarr(out int[] a, out int n); return n + ": " + string.Join(",", a); });
        T("structures", () => { var a = new[] { new S1 { a = 1 }, new S1 { a = 2 } }; return s1arr(a, 2) + " " + a[0].a + " " + a[1].a; });
        T("structures, in", () => { var a = new[] { new S1 { a = 1 }, new S1 { a = 2 } }; return s1arr_in(a, 2) + " " + a[0].a; });
        T("wide texts", () => wide_texts(new[] { "ab", null, "\u20ac" }, 3));
        T("chars", () => char_bytes(new[] { 'a', 'b' }, 2) + " " + wide_chars(new[] { 'a', 'b' }, 4));
        T("bool bytes", () => bool_bytes(new[] { true, false, true }, 3) + " " + odd_bools(new[] { true, true }, 8));
        T("odd numbers", () => odd_ints(new[] { 1, 2 }, 8) + " " + enum_bytes(new[] { Small.A, Small.A }, 2));
        T("pairs", () => pair_bytes(new[] { new Pair<int> { a = 1, b = 2 } }, 8));
        T("dates", () => date_bytes(new[] { new DateTime(2020, 1, 1) }, 8));
        T("decimals", () => decimal_bytes(new[] { 1.5m }, 16));
        T("array by reference", () => { int[] a = { 1, 2 }; int n = 2; grow_array(ref a, ref n); return n + ": " + string.Join(",", a); });
        T("array out, no size", () => { out_unsized(out int[] a, out int n); return n + ": " + string.Join(",", a); });
        T("array out, two", () => { out_const(out int[] a, out int n); return n + ": " + string.Join(",", a); });
        T("bools", () => sum_bools(new[] { true, false, true }, 3));
        T("sized", () => sum_list(new[] { 1, 2, 3, 4 }, 4));
        T("empty and null", () => sum_list(new int[0], 0) + " " + sum_list(null, 0));
    }

    static void Structures()
    {
        T("returned", () => s1ret(2).b);
        T("currency", () => string.Join(" ", new[] { 0m, 1.00005m, 1.00015m, -1.00005m, -2.5m, 922337203685477.5807m, -922337203685477.5808m }.Select(currency_bits)));
        T("currency, too large", () => currency_bits(922337203685477.5808m));
        T("currency back", () => string.Join(" ", new[] { 0L, 10000L, 12345L, -10L, long.MinValue, long.MaxValue }.Select(currency_back)));
        T("currency field", () => Bytes(new WithMoney { a = 2.5m, b = 1m }));
        T("texts as fields", () => Marshal.SizeOf<WithTextsOf>() + " " + Marshal.OffsetOf<WithTextsOf>("c"));
        T("generic", () => generic_struct(new Pair<int> { a = 1, b = 2 }));
        T("DestroyStructure", () => { IntPtr p = Marshal.AllocHGlobal(16); Marshal.WriteInt64(p, 5); Marshal.DestroyStructure<S1>(p); return Marshal.ReadInt64(p); });
        T("by reference", () => { var s = new S1 { a = 1, b = 2 }; s1ref(ref s); return s.a + " " + s.b; });
        T("class", () => { var c = new C1 { a = 1, b = 7 }; return cls(c) + " " + c.a + " " + cls(null); });
        T("class, in and out", () => { var c = new C1 { a = 1, b = 7 }; s1class(c); return c.a + " " + c.b; });
        T("callback", () => cbs((S1 a, ref S1 b) => { b.a = 50; return a.a + a.b + b.b; }, 4));
        T("kept", () => { Kept f = p => p + 1; keep(f); GC.Collect(); var r = kept_call(4); GC.KeepAlive(f); return r; });
        T("ByValArray", () => Bytes(new WithArray { a = new[] { 1, 2, 3 }, b = 4 }));
        T("ByValArray, null", () => Bytes(new WithArray { b = 4 }));
        T("ByValArray, longer", () => Bytes(new WithArray { a = new[] { 1, 2, 3, 4, 5 }, b = 4 }));
        T("ByValArray, shorter", () => Bytes(new WithArray { a = new[] { 1 }, b = 4 }));
        T("bools", () => Bytes(new WithBools { a = true, b = true, c = true, d = true }));
        T("union", () => Bytes(new Union { i = 5, d = 1 }) + " " + Marshal.OffsetOf<Union>("d"));
        T("nested", () => Bytes(new Nested { one = new S1 { a = 1, b = 2 }, two = new WithArray { a = new[] { 7, 8, 9 } }, text = "toolong" }));
        T("nested, offsets", () => Marshal.OffsetOf<Nested>("two") + " " + Marshal.OffsetOf<Nested>("text"));
        T("wide", () => Bytes(new Wide { c = '\u20ac', s = "abcd" }).Substring(0, 24));
        T("chars", () => Bytes(new Chars { c = 'A', d = 'B' }));
        T("chars, no ASCII", () => Bytes(new Chars { c = '\u00e9', d = '\u00e9' }));
        T("delegate", () => {
            IntPtr p = Marshal.AllocHGlobal(Marshal.SizeOf<WithDelegate>());
            Kept f = x => x * 2;
            Marshal.StructureToPtr(new WithDelegate { f = f, n = 3 }, p, false);
            int doubled = (int)((delegate* unmanaged<IntPtr, IntPtr>)Marshal.ReadIntPtr(p))(21);
            var back = Marshal.PtrToStructure<WithDelegate>(p);
            return doubled + " " + back.f(4) + " " + back.n + " " + ReferenceEquals(back.f, f);
        });
        T("decimal and dates", () => Marshal.SizeOf<WithDecimal>() + " " + Bytes(new WithDecimal { d = 1, g = Guid.Empty }));
        T("interface", () => Marshal.SizeOf<WithInterface>());
        T("automatic layout", () => Marshal.SizeOf<Auto>());
        T("class by pointer", () => { var c = new C1(); IntPtr p = Marshal.AllocHGlobal(16); Marshal.StructureToPtr(new C1 { a = 5, b = 6 }, p, false); Marshal.PtrToStructure(p, c); return c.a + " " + c.b; });
        foreach (Type type in new[] { typeof(object), typeof(string), typeof(List<int>), typeof(List<>), typeof(int[]), typeof(DayOfWeek), typeof(DateTime), typeof(Guid),
            typeof(bool), typeof(char), typeof(decimal), typeof(Int128), typeof(Half), typeof(nint), typeof(KeyValuePair<int, int>), typeof(Action), typeof(void) })
            T("SizeOf " + type, () => Marshal.SizeOf(type));
    }

    static void Refused()
    {
        T("object", () => object_param(new object()));
        T("list", () => list_param(new List<int>()));
        T("automatic layout", () => auto_param(default));
        T("vector", () => vector_param(default));
        T("nullable", () => nullable_param(1));
        T("span", () => span_param(default));
        T("tuple", () => tuple_param((1, 2)));
        T("bool as text", () => bad_bool(true));
        T("text as number", () => bad_text("x"));
        T("SAFEARRAY", () => safearray(new[] { 1 }));
        T("currency", () => currency(1));
        T("variant", () => variant(1));
        T("jagged", () => jagged(new[] { new[] { 1 } }));
        T("VARIANT_BOOL by reference", () => { bool b = true; return vbool_ref(ref b) is int; });
        T("bad field", () => bad_field(default));
        T("bad field, nested", () => bad_nested(default));
        T("bad field, by reference", () => { WithBadBool a = default; return bad_field_ref(ref a); });
        T("builder field", () => { WithBuilder a = default; return builder_field(ref a); });
        T("list field", () => { WithList a = default; return list_field(ref a); });
        T("array field", () => { WithArrayBare a = default; return array_field(ref a); });
        T("custom field", () => { WithCustom a = default; return custom_field(ref a); });
        T("text field", () => { WithBadText a = default; return text_field(ref a); });
        T("number field", () => { WithBadNumber a = default; return number_field(ref a); });
        T("char", () => bad_char('a'));
        T("byte", () => bad_byte(1));
        T("short", () => bad_short(1));
        T("int", () => bad_int(1));
        T("error code", () => good_int(1));
        T("long", () => bad_long(1));
        T("float", () => bad_float(1));
        T("double", () => bad_double(1));
        T("native", () => bad_native(1));
        T("enum", () => bad_enum(Small.A));
        T("guid", () => bad_guid(default));
        T("decimal", () => bad_decimal(default));
        T("date", () => bad_date(default));
        T("struct", () => bad_struct(default));
        T("class", () => bad_class(null));
        T("delegate", () => bad_delegate(null));
        T("builder", () => bad_builder(null));
        T("object as int", () => bad_object(null));
        T("IUnknown", () => iunknown(null));
        T("interface", () => interface_param(null));
        T("no layout", () => no_layout(null));
        T("generic delegate", () => generic_delegate(null));
        T("action", () => action(null));
        T("handle", () => handle_as(null));
        T("handles", () => handles(null));
        T("objects", () => objects(null));
        T("classes", () => classes(null));
        T("lists", () => lists(null));
        T("delegates", () => delegates(null));
        T("tuples", () => tuples(null));
        T("autos", () => autos(null));
        T("texts", () => bad_texts(null));
        T("dates", () => bad_dates(null));
        T("array back", () => array_back(1));
        T("generic bools", () => generic_bools(default));
        T("no such function", () => no_such_function());
        T("no such library", () => no_such_library());
    }
}
