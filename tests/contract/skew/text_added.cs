// One text more before all others. This file is always the first.
#if LIBRARY
namespace Lib
{
    public static class TextAdded
    {
        public static string Unused()
        {
#if text_added
            return "a text that was not there before";
#else
            return null;
#endif
        }
        public static string Inlined() { return "inlined"; }
        public static string Generic<T>(T x)
        {
            string all = "";
            for (int i = 0; i < 2; i++)
                all += "generic" + x;
            return all;
        }
    }
}
#else
struct TextValue { public override string ToString() { return "value"; } }
static class TextAdded
{
    static string Inlined() { return Lib.TextAdded.Inlined() + "own"; }
    static string Generic() { return Lib.TextAdded.Generic(new TextValue()); }
    public static string Run() { return Inlined() + Generic(); }
}
#endif
