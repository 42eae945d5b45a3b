// Instances over the user's types have copies of the library's bodies.
// refuses Lib.GenericBody:Method[GenericValue] method.body
// refuses Lib.GenericClass`1[GenericValue]:Own method.body
#if LIBRARY
namespace Lib
{
    public static class GenericBody
    {
        public static string Method<T>(T x)
        {
            string s = "";
            for (int i = 0; i < 3; i++)
                s += i + typeof(T).Name;
#if generic_body
            s += "new";
#endif
            return s;
        }
        public static string Same<T>(T x)
        {
            string s = "";
            for (int i = 0; i < 3; i++)
                s += i + typeof(T).Name;
            return s;
        }
    }
    public class GenericClass<T>
    {
        T own;
        public GenericClass(T x) { own = x; }
        public string Own()
        {
            string s = own.ToString();
            for (int i = 0; i < 3; i++)
                s += i;
#if generic_body
            s += "new";
#endif
            return s;
        }
        public int Other(int n) { for (int i = 0; i < 3; i++) n += n * i; return n; }
    }
}
#else
struct GenericValue { public int x; public override string ToString() { return "value"; } }
static class GenericBody
{
    static string Method() { return Lib.GenericBody.Method(new GenericValue()); }
    static string Same() { return Lib.GenericBody.Same(new GenericValue()); }
    static string Class() { return new Lib.GenericClass<GenericValue>(new GenericValue()).Own(); }
    static int Other() { return new Lib.GenericClass<GenericValue>(new GenericValue()).Other(3); }
    public static string Run() { return Method() + Same() + Class() + Other(); }
}
#endif
