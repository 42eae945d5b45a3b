// The fields have other types: they are other fields to who was compiled against the first.
// refuses FieldType:Reference method.names
// refuses FieldType:Run method.field
// refuses FieldType:Wider method.names
#if LIBRARY
namespace Lib
{
    public class FieldType
    {
#if field_type
        public long wider = 7;
        public string reference = "text";
#else
        public int wider = 5;
        public object reference = 6;
#endif
        public static int Other() { return 2; }
    }
}
#else
static class FieldType
{
    static int Wider(Lib.FieldType f) { return f.wider; }
    static object Reference(Lib.FieldType f) { return f.reference; }
    static int Other() { return Lib.FieldType.Other(); }
    public static string Run()
    {
        var f = new Lib.FieldType();
        string all = "";
        try { all += Wider(f); } catch (System.MissingFieldException) { all += "missing"; }
        try { all += Reference(f); } catch (System.MissingFieldException) { all += "missing"; }
        return all + Other();
    }
}
#endif
