// Enums of all underlying types: names, values, text and back.
enum Byte : byte { A = 200, B = 1, C = 100 }
enum SByte : sbyte { Min = -128, Minus = -1, Zero = 0, Max = 127 }
enum Short : short { Minus = -300, Plus = 300 }
enum UShort : ushort { Big = 65535, Small = 2 }
enum Int { Third = 3, First = 1, Second = 2, AlsoFirst = 1, Minus = -7 }
enum UInt : uint { Max = uint.MaxValue, One = 1 }
enum Long : long { Min = long.MinValue, Max = long.MaxValue, Zero = 0 }
enum ULong : ulong { Max = ulong.MaxValue, One = 1 }
enum Empty { }
[Flags] enum Bits { None = 0, Read = 1, Write = 2, Both = Read | Write, Run = 4, High = 1 << 30 }
class Outer<T> { public enum In { X = 5, Y = 4 } }

static class Program
{
    static void Show<T>() where T : struct, Enum
    {
        Console.WriteLine($"{typeof(T)} {Enum.GetUnderlyingType(typeof(T)).Name} {string.Join(",", Enum.GetNames<T>())} | {string.Join(",", Enum.GetValues<T>().Select(v => v.ToString("d")))} | {string.Join(",", typeof(T).GetEnumNames())}");
        foreach (T value in Enum.GetValues<T>())
            Console.WriteLine($"  {value} {value:x} {Enum.IsDefined(value)} {Enum.Parse<T>(value.ToString()).Equals(value)} {value.GetHashCode() == value.GetHashCode()} {Enum.GetName(value)}");
    }

    static void Main()
    {
        Show<Byte>();
        Show<SByte>();
        Show<Short>();
        Show<UShort>();
        Show<Int>();
        Show<UInt>();
        Show<Long>();
        Show<ULong>();
        Show<Empty>();
        Show<Bits>();
        Show<Outer<int>.In>();
        Show<Outer<string>.In>();
        Show<DayOfWeek>();
        Console.WriteLine($"{(Bits)7} {(Bits)8} {Bits.Read | Bits.High} {(Int)99} {(SByte)(-5)} {Bits.Both.HasFlag(Bits.Write)}");
        Console.WriteLine($"{Enum.Parse<Bits>("read, RUN", true)} {Enum.TryParse("4", out Bits run)} {run} {Enum.TryParse("none at all", out Bits no)} {no}");
        Console.WriteLine($"{Enum.ToObject(typeof(Byte), 100)} {Enum.ToObject(typeof(Int), -7L)} {Enum.Format(typeof(Bits), Bits.Both, "F")} {string.Join(",", Enum.GetValuesAsUnderlyingType<SByte>().Cast<sbyte>())}");
        Console.WriteLine(Bits.Read.CompareTo(Bits.Write) + " " + Int.First.Equals(Int.AlsoFirst) + " " + Equals(Int.First, Bits.Read));
        foreach (Action act in new Action[] { () => Enum.GetNames(typeof(int)), () => Enum.Parse<Int>("Fourth"), () => Enum.Parse<Int>(""), () => Int.First.CompareTo(Bits.Read), () => Enum.GetUnderlyingType(typeof(string)) })
        {
            try
            {
                act();
            }
            catch (Exception e)
            {
                Console.WriteLine(e.GetType() + ": " + e.Message);
            }
        }
    }
}
