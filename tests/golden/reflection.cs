// Types, members, invocation and attributes by reflection.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
class NoteAttribute : Attribute
{
    public readonly string Text;
    public int Level { get; set; }
    public Type Kind;

    public NoteAttribute(string text, params int[] numbers)
    {
        Text = text + numbers.Length;
    }
}

[Note("on class", 1, 2, Level = 3, Kind = typeof(List<int>)), Serializable]
class Person
{
    public string Name;
    readonly int age;
    public static int Count = 5;

    public Person() : this("nobody", 0) { }

    public Person(string name, int age)
    {
        Name = name;
        this.age = age;
    }

    [Note("on property")]
    public int Age { get { return age; } }
    public event EventHandler Moved;

    [Note("on method", Level = 1)]
    public string Greet(string greeting, int times = 2)
    {
        if (Moved != null)
            Moved(this, null);
        return string.Concat(Enumerable.Repeat(greeting + " " + Name + ". ", times)).Trim();
    }

    public T Echo<T>(T value)
    {
        return value;
    }

    private static int Secret(ref int n)
    {
        n++;
        return n * 2;
    }

    public void Fail()
    {
        throw new InvalidOperationException("from inside");
    }

    class Inner { }
    interface IInner<T> { }
}

class Student : Person, IComparable<Student>
{
    public Student() : base("student", 20) { }

    public int CompareTo(Student other)
    {
        return 0;
    }
}

static class Reflection
{
    const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static void Types()
    {
        foreach (Type type in new[] { typeof(int), typeof(string[]), typeof(Dictionary<,>), typeof(List<Person>), typeof(Student), typeof(int?), typeof(IComparable), typeof(DayOfWeek) })
            Console.WriteLine("{0} | {1} | base {2} | {3}{4}{5}{6}", type.Name, type, type.BaseType, type.IsValueType ? "V" : "-", type.IsGenericType ? "G" : "-", type.IsAbstract ? "A" : "-", type.IsSealed ? "S" : "-");
        Console.WriteLine("{0} {1} {2}", typeof(Person).IsAssignableFrom(typeof(Student)), typeof(Student).IsSubclassOf(typeof(object)), typeof(IComparable<Student>).IsInstanceOfType(new Student()));
        Console.WriteLine("{0} {1}", typeof(List<>).MakeGenericType(typeof(long)), typeof(List<string>).GetGenericArguments()[0]);
        Console.WriteLine("{0} {1}", Type.GetType("System.Int64"), Type.GetType("No.Such.Type") == null);
        Console.WriteLine(string.Join(" ", typeof(Person).GetNestedTypes(Everything).Select(t => t.FullName).OrderBy(n => n, StringComparer.Ordinal)));
        Console.WriteLine(new Student().GetType() == typeof(Student));
    }

    static void Members()
    {
        foreach (MemberInfo member in typeof(Person).GetMembers(Everything).OrderBy(m => m.MemberType + m.ToString(), StringComparer.Ordinal))
            Console.WriteLine("{0} {1}", member.MemberType, member);
        MethodInfo greet = typeof(Person).GetMethod("Greet");
        foreach (ParameterInfo p in greet.GetParameters())
            Console.WriteLine("{0} {1} {2} {3}", p.Position, p.ParameterType, p.Name, p.IsOptional ? p.DefaultValue : "-");
    }

    static void Invocation()
    {
        object person = Activator.CreateInstance(typeof(Person), "Ann", 31);
        Console.WriteLine(typeof(Person).GetMethod("Greet").Invoke(person, new object[] { "Hello", 2 }));
        Console.WriteLine(typeof(Person).GetProperty("Age").GetValue(person, null));
        typeof(Person).GetField("Name").SetValue(person, "Bob");
        Console.WriteLine(((Person)person).Name);
        typeof(Person).GetField("age", Everything).SetValue(person, 77);
        Console.WriteLine(((Person)person).Age);
        typeof(Person).GetField("Count").SetValue(null, 6);
        Console.WriteLine(Person.Count);
        object[] arguments = { 20 };
        Console.WriteLine("{0} {1}", typeof(Person).GetMethod("Secret", Everything).Invoke(null, arguments), arguments[0]);
        MethodInfo echo = typeof(Person).GetMethod("Echo").MakeGenericMethod(typeof(int));
        Console.WriteLine("{0} {1}", echo, echo.Invoke(person, new object[] { 9 }));
        try {
            typeof(Person).GetMethod("Fail").Invoke(person, null);
        } catch (TargetInvocationException e) {
            Console.WriteLine(e.InnerException.Message);
        }
        try {
            typeof(Person).GetMethod("Greet").Invoke(person, new object[] { 1 });
        } catch (TargetParameterCountException e) {
            Console.WriteLine(e.GetType().Name);
        }
        Console.WriteLine(Activator.CreateInstance<Student>().Name);
        Console.WriteLine(((ConstructorInfo)typeof(Person).GetConstructor(Type.EmptyTypes)).Invoke(null).GetType());
        var method = (Func<string, int, string>)Delegate.CreateDelegate(typeof(Func<string, int, string>), person, "Greet");
        Console.WriteLine("{0} {1}", method("Hi", 1), method.Method.Name);
    }

    static void Attributes()
    {
        var note = (NoteAttribute)Attribute.GetCustomAttribute(typeof(Person), typeof(NoteAttribute));
        Console.WriteLine("{0} {1} {2}", note.Text, note.Level, note.Kind);
        Console.WriteLine("{0} {1}", typeof(Person).IsSerializable, typeof(Person).GetMethod("Greet").IsDefined(typeof(NoteAttribute), false));
        foreach (NoteAttribute n in typeof(Person).GetMethod("Greet").GetCustomAttributes(typeof(NoteAttribute), true))
            Console.WriteLine("{0} {1}", n.Text, n.Level);
        Console.WriteLine(typeof(Student).GetCustomAttributes(true).Length);
        Assembly assembly = typeof(Person).Assembly;
        Console.WriteLine("{0} {1}", assembly.GetName().Name, assembly.GetTypes().Length > 5);
        Console.WriteLine(MethodBase.GetCurrentMethod().Name);
    }

    class Limits
    {
        public static void Sorts<T>() where T : IComparable<T> { }
        public static void Values<T>() where T : struct { }
        public static void Makes<T, U>() where T : U, new() { }
    }

    static void Constraints()
    {
        Type[] types = { typeof(object), typeof(int), typeof(int?), typeof(string), typeof(DayOfWeek), typeof(ArgumentException),
            typeof(Exception), typeof(IComparable), typeof(ValueType) };
        foreach (MethodInfo method in typeof(Limits).GetMethods().Where(m => m.IsGenericMethod)) {
            foreach (Type type in types) {
                Type[] args = method.Name == "Makes" ? new[] { type, typeof(IComparable) } : new[] { type };
                try {
                    Console.WriteLine(method.MakeGenericMethod(args));
                } catch (ArgumentException e) {
                    Console.WriteLine("{0} of {1}: {2}", method.Name, type, e.Message);
                }
            }
        }
        foreach (Type type in types)
            Console.WriteLine("{0}: {1}", type, string.Join(" ", types.Where(type.IsSubclassOf).Select(t => t.Name)));
    }

    enum Own { A, B }

    // The blob names the enum without an assembly; the attribute is of another one.
    [System.ComponentModel.DefaultValue(Own.B)]
    public static int Defaulted { get; set; }

    static void OwnEnum()
    {
        PropertyInfo property = typeof(Reflection).GetProperty("Defaulted");
        foreach (System.ComponentModel.DefaultValueAttribute attribute in
                 property.GetCustomAttributes(false))
            Console.WriteLine("{0} {1}", attribute.Value.GetType(), attribute.Value);
        foreach (CustomAttributeData data in property.GetCustomAttributesData())
            Console.WriteLine("{0} {1}", data, data.ConstructorArguments[0].ArgumentType);
    }

    static void Main()
    {
        OwnEnum();
        Types();
        Members();
        Invocation();
        Attributes();
        Constraints();
    }
}
