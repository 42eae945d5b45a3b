// A program with some structure: a tokenizer, a recursive parser, trees with visitors.
using System;
using System.Collections.Generic;
using System.Globalization;

abstract class Node
{
    public abstract double Evaluate(IDictionary<string, double> variables);
}

class Number : Node
{
    readonly double value;

    public Number(double value)
    {
        this.value = value;
    }

    public override double Evaluate(IDictionary<string, double> variables)
    {
        return value;
    }

    public override string ToString()
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}

class Variable : Node
{
    readonly string name;

    public Variable(string name)
    {
        this.name = name;
    }

    public override double Evaluate(IDictionary<string, double> variables)
    {
        return variables[name];
    }

    public override string ToString()
    {
        return name;
    }
}

class Binary : Node
{
    static readonly Dictionary<char, Func<double, double, double>> Operations =
        new Dictionary<char, Func<double, double, double>> {
            { '+', (a, b) => a + b },
            { '-', (a, b) => a - b },
            { '*', (a, b) => a * b },
            { '/', (a, b) => a / b },
            { '^', Math.Pow },
        };

    readonly char operation;
    readonly Node left, right;

    public Binary(char operation, Node left, Node right)
    {
        this.operation = operation;
        this.left = left;
        this.right = right;
    }

    public override double Evaluate(IDictionary<string, double> variables)
    {
        return Operations[operation](left.Evaluate(variables), right.Evaluate(variables));
    }

    public override string ToString()
    {
        return "(" + left + " " + operation + " " + right + ")";
    }
}

class SyntaxException : Exception
{
    public SyntaxException(string what, int at) : base(what + " at " + at) { }
}

class Parser
{
    static readonly string[] Levels = { "+-", "*/", "^" };
    readonly string text;
    int at;

    public Parser(string text)
    {
        this.text = text;
    }

    char Peek()
    {
        while (at < text.Length && text[at] == ' ')
            at++;
        return at < text.Length ? text[at] : '\0';
    }

    public Node Parse()
    {
        Node node = Level(0);
        if (Peek() != '\0')
            throw new SyntaxException("unexpected '" + Peek() + "'", at);
        return node;
    }

    Node Level(int level)
    {
        if (level == Levels.Length)
            return Primary();
        Node left = Level(level + 1);
        while (Peek() != '\0' && Levels[level].IndexOf(Peek()) >= 0) {
            char operation = text[at++];
            left = new Binary(operation, left, Level(operation == '^' ? level : level + 1));
        }
        return left;
    }

    Node Primary()
    {
        char c = Peek();
        int start = at;
        if (c == '(') {
            at++;
            Node inner = Level(0);
            if (Peek() != ')')
                throw new SyntaxException("missing ')'", at);
            at++;
            return inner;
        }
        if (char.IsDigit(c)) {
            while (at < text.Length && (char.IsDigit(text[at]) || text[at] == '.'))
                at++;
            return new Number(double.Parse(text.Substring(start, at - start), CultureInfo.InvariantCulture));
        }
        if (char.IsLetter(c)) {
            while (at < text.Length && char.IsLetterOrDigit(text[at]))
                at++;
            return new Variable(text.Substring(start, at - start));
        }
        throw new SyntaxException("expected a number", at);
    }
}

static class Calculator
{
    static void Main()
    {
        var variables = new Dictionary<string, double> { { "x", 3 }, { "half", 0.5 } };
        string[] lines = { "1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "x * x - half", "10 / 4 / 5", "1 +", "(1", "2 $ 3", "y", "1 / 0" };
        foreach (string line in lines)
            try {
                Node node = new Parser(line).Parse();
                Console.WriteLine("{0} = {1}", node, node.Evaluate(variables).ToString(CultureInfo.InvariantCulture));
            } catch (SyntaxException e) {
                Console.WriteLine("{0}: {1}", line, e.Message);
            } catch (KeyNotFoundException) {
                Console.WriteLine("{0}: unknown variable", line);
            }
    }
}
